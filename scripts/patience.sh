# Patience with what is fetched from elsewhere, sourced by the other scripts.
# shellcheck shell=bash

# Runs a command until it succeeds, so many times at most; its last exit code. Registries, mirrors and what is on the way to
# them have their moments.
patiently() { # tries, command...
  local tries=$1 try
  shift
  for ((try = 1; try < tries; try++)); do
    if "$@"; then return 0; fi
    sleep $((try * 10))
  done
  "$@"
}
