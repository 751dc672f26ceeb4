#!/bin/sh
# Prints the commit that is built here, with a plus where files differ from it; 'unknown' where there is no git.
# Builds hand it over as ONESTOP_COMMIT; '--version' of every executable shows it.
cd "$(dirname "$0")/.." || exit 1
if commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
  [ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit+
  echo "$commit"
else
  echo unknown
fi
