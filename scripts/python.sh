# Makes the environment that the Python tests run in, sourced by scripts/test.sh.
# shellcheck shell=bash

# shellcheck source=scripts/patience.sh
source "$ROOT/scripts/patience.sh"

PYTHON_NAMES=(python3 python3.11 python3.12 python3.13 python3.14 python)

# Sets PYTHON to an interpreter of 3.11 or newer that can make environments, and PYTHON_VERSION; HAWSER_PYTHON wins.
find_python() {
  local name
  for name in ${HAWSER_PYTHON:+"$HAWSER_PYTHON"} "${PYTHON_NAMES[@]}"; do
    if PYTHON_VERSION=$("$name" -c 'import sys, ensurepip, venv
print(sys.version.split()[0])
sys.exit(sys.version_info < (3, 11))' 2>/dev/null); then
      PYTHON=$name
      return 0
    fi
  done
  return 1
}

# Makes an environment with what the tests need, or leaves one that is up to date alone.
python_environment() { # folder
  local folder=$1 wanted log=$ROOT/target/python.log tests=$ROOT/python/tests
  if ! find_python; then
    say 'PYTHON IS NOT TESTED: no Python 3.11 or newer with venv' \
      '(apt-get install python3 python3-venv, or name one: HAWSER_PYTHON=/path/to/python3)'
    return 1
  fi
  wanted="$PYTHON_VERSION $ROOT $(cat "$ROOT/python/pyproject.toml" "$tests/requirements.txt" "$tests/constraints.txt" | cksum)"
  if [[ -f $folder/complete && $(<"$folder/complete") == "$wanted" ]]; then return 0; fi
  say "making the Python environment with Python $PYTHON_VERSION; log: target/python.log"
  mkdir -p "$ROOT/target"
  rm -rf "$folder"
  if ! { "$PYTHON" -m venv "$folder" && python_packages "$folder" -r "$tests/requirements.txt" \
    -e "$ROOT/python"; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    say 'PYTHON IS NOT TESTED: its environment could not be made; is the package index within reach?'
    return 1
  fi
  printf '%s' "$wanted" >"$folder/complete"
}

# The last tries take what there is of those packages that only others ask for.
python_packages() { # folder, arguments of pip install...
  local install=("$1/bin/python" -m pip install --disable-pip-version-check)
  shift
  patiently 2 "${install[@]}" -c "$ROOT/python/tests/constraints.txt" "$@" || patiently 2 "${install[@]}" "$@"
}
