#!/bin/sh
# Print the first Python 3.11 or 3.12; what set-up used before comes first, so that a second set-up agrees with it.
# Each candidate is run, because a version manager's shim exists for versions that it does not offer.
for candidate in .setup/python/bin/python python3.12 python3.11 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
echo python3 # set-up says what is wrong with it
