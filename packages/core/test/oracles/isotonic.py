"""Isotonic regressions and calibrations in exact fractions, for calibration.test.ts.

Run with Debian's python3: /usr/bin/python3 isotonic.py
Writes ../fixtures/isotonic.json: detections as [confidence in thousandths, true positives, number], the
fitted share of each by the max-min formula (Robertson, Wright, Dykstra 1988, theorem 1.4.4: no
pooling), and the calibration's points: of each fitted share the mean confidence.
"""

import json
import pathlib
import random
from fractions import Fraction

draw = random.Random(20230713)


def fitted(groups):
    def mean(first, last):
        part = groups[first : last + 1]
        return Fraction(sum(hits for _, hits, _ in part), sum(number for _, _, number in part))

    count = len(groups)
    return [
        max(min(mean(first, last) for last in range(k, count)) for first in range(k + 1))
        for k in range(count)
    ]


def points(groups, shares):
    found = []
    for share in sorted(set(shares)):
        level = [group for group, other in zip(groups, shares) if other == share]
        total = sum(number for _, _, number in level)
        raw = Fraction(sum(confidence * number for confidence, _, number in level), 1000 * total)
        found.append([float(raw), float(share)])
    return found


cases = []
for count in (1, 2, 3, 5, 8, 13, 21, 40):
    for kind in ("rising", "flat", "falling"):
        groups = []
        for confidence in sorted(draw.sample(range(1001), count)):
            chance = {"rising": confidence / 1000, "flat": 0.4, "falling": 1 - confidence / 1000}[kind]
            number = draw.choice((1, 1, 1, 2, 5))
            groups.append([confidence, sum(draw.random() < chance for _ in range(number)), number])
        shares = fitted(groups)
        cases.append(
            {
                "name": f"{count}, {kind}",
                "groups": groups,
                "shares": [float(share) for share in shares],
                "points": points(groups, shares),
            }
        )

target = pathlib.Path(__file__).parent.parent / "fixtures" / "isotonic.json"
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
target.write_text(f"[\n{lines}\n]\n")
