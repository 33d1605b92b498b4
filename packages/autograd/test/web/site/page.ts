import * as autograd from '@vascula/autograd';
import { createWebRuntime } from '@vascula/autograd/web';
import { train } from '../small-step.js';

// What the tests call.
Object.assign(globalThis, { autograd, createWebRuntime, train });
