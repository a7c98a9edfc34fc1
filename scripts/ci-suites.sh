#!/usr/bin/env bash
# The suites that need more than the checkout, or take longer than `npm test` should: a line each. All of them run,
# whatever the others say; fails when any did.
cd "$(dirname "$0")/.." || exit 1
failed=0

# Spawned programs run from the bundle in all other suites.
CUPRITE_RUN=sources npm test -- crash bundle || failed=1
npm run test:spec || failed=1
npm run test:spec-program || failed=1
npm run test:clients || failed=1

exit $failed
