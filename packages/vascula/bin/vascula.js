#!/usr/bin/env node
// Committed, so that `npm ci` can link it before the first build.
import '../dist/cli.js';
