# Runs every test of the project, sourced by the launcher: named steps, live progress, one summary of this run.
# shellcheck shell=bash disable=SC2034,SC2153

# The steps in the order they run; each is a function test_NAME. A step returns 0 when what it ran passed, 77 when
# something it needs is missing here, anything else when it failed. What its tests did is counted from its reports.
TEST_STEPS=(java fuzz web python browser)
# How many more lines of what a failed test said are shown.
JAVA_FAILURE=0

test_help() {
  cat <<TEXT
usage: hawser test [--fast] [STEP...] [-- ARGUMENT...]

Runs every test of the project, or only the steps named: ${TEST_STEPS[*]}
  --fast        leaves out the tests tagged "slow"
  -- ARGUMENT   passed to the runner, for instance: hawser test java -- -Dtest=ConfigTest

With HAWSER_TEST_KEYCLOAK=1 a Keycloak is fetched (176 MB, once) and the gateway is tested beside it, too.
With CI=true a step or test that is skipped counts as a failure.
The last line is "N passed, N failed, N skipped", counted from what the runners report of this run.
TEXT
}

test_all() {
  local steps=() step known
  TEST_FAST=0 TEST_ARGUMENTS=()
  while (($#)); do
    case $1 in
      -h | --help)
        test_help
        exit 0
        ;;
      --fast) TEST_FAST=1 ;;
      --)
        shift
        TEST_ARGUMENTS=("$@")
        break
        ;;
      *)
        known=" ${TEST_STEPS[*]} "
        [[ $known == *" $1 "* ]] || fail 2 "hawser test: unknown step or option '$1'" "Try 'hawser test --help'."
        steps+=("$1")
        ;;
    esac
    shift
  done
  ((${#steps[@]})) || steps=("${TEST_STEPS[@]}")
  reach_this_machine_directly
  have_home
  NPM_PATIENCE=(--fetch-retries=4 --fetch-timeout=60000) NPM_TRIES=3 MAVEN_TRIES=3
  # Nobody is asked anything, and whatever is started finds standard input open.
  exec </dev/null
  # What somebody may have set for other programs would be theirs, too.
  unset PYTHONHOME PYTHONPATH PYTHONWARNINGS PYTHONDEVMODE PYTHONASYNCIODEBUG PYTEST_ADDOPTS PYTEST_PLUGINS \
    PYTEST_DISABLE_PLUGIN_AUTOLOAD PIP_USER PIP_TARGET PIP_PREFIX
  with_lock run_steps "${steps[@]}"
  test_summary
}

# Tests talk to programs of this machine, which a proxy for packages knows nothing of.
reach_this_machine_directly() {
  local past=${NO_PROXY:-${no_proxy:-}}
  # Then nothing goes through one.
  if [[ $past == '*' ]]; then return; fi
  export NO_PROXY="${past:+$past,}localhost,127.0.0.1,::1"
  export no_proxy=$NO_PROXY
}

# npm, pip and browsers keep things at home. One that nothing can be written to may still say where packages come from.
have_home() {
  local home=${HOME:-} file
  if [[ -n $home && -w $home ]]; then return; fi
  export HOME=$ROOT/target/home
  mkdir -p "$HOME"
  [[ -n $home ]] || return 0
  for file in .npmrc .netrc .config/pip/pip.conf .pip/pip.conf .m2/settings.xml .m2/settings-security.xml; do
    if [[ -r $home/$file && ! -e $HOME/$file ]]; then
      mkdir -p "$(dirname "$HOME/$file")"
      ln -sf "$home/$file" "$HOME/$file"
    fi
  done
}

# Whether the launcher has found a JDK; a step that needs one is skipped without.
have_jdk() { # what is not tested without
  [[ -z ${JDK:-} ]] || return 0
  say "$1 NOT TESTED: no JDK $MIN_JAVA or newer was found, see above"
  return 1
}

# Ends as a process does where building fails, but leaves the other steps alone.
gateway_ready() {
  # Under the lock already; the tests start the launcher, which must find nothing to build.
  (if gateway_stale; then build_gateway_now; elif aot_stale; then make_aot; fi)
}

run_steps() {
  local step code started outcome failed
  TESTS_PASSED=0 TESTS_FAILED=0 TESTS_SKIPPED=0 STEPS_FAILED=0 STEP_LINES=()
  for step in "$@"; do
    started=$SECONDS code=0 failed=$TESTS_FAILED
    printf '== %s\n' "$step"
    "test_$step" || code=$?
    case $code in
      0) outcome=ok ;;
      77)
        outcome=skipped
        if [[ ${CI:-} == true ]]; then outcome='FAILED, skipped in CI' STEPS_FAILED=$((STEPS_FAILED + 1)); fi
        ;;
      *) outcome=FAILED STEPS_FAILED=$((STEPS_FAILED + 1)) ;;
    esac
    # A step that fails before, or beside, its tests is a failure of its own.
    if [[ $outcome == FAILED* ]] && ((TESTS_FAILED == failed)); then add_results 0 1 0; fi
    STEP_LINES+=("$(printf '%-10s %-8s %5d s' "$step" "$outcome" $((SECONDS - started)))")
  done
}

test_summary() {
  printf '\n'
  printf '%s\n' "${STEP_LINES[@]}"
  if ((TESTS_PASSED + TESTS_FAILED == 0)); then printf 'No test ran\n'; fi
  if [[ ${CI:-} == true ]] && ((TESTS_SKIPPED)); then printf 'With CI=true what is skipped counts as a failure\n'; fi
  printf '%d passed, %d failed, %d skipped\n' "$TESTS_PASSED" "$TESTS_FAILED" "$TESTS_SKIPPED"
  if ((TESTS_PASSED + TESTS_FAILED == 0)); then exit 1; fi
  if [[ ${CI:-} == true ]] && ((TESTS_SKIPPED)); then exit 1; fi
  ((STEPS_FAILED == 0 && TESTS_FAILED == 0)) || exit 1
}

test_java() {
  local log=$ROOT/target/test-java.log arguments=() code=0
  # A failure is counted below; until then it must not keep the modules after it from being tested.
  arguments+=(-Dmaven.test.failure.ignore=true -Djacoco.haltOnFailure=false --fail-at-end)
  have_jdk 'JAVA IS' || return 77
  (require_maven) || return 77
  mkdir -p "$ROOT/target"
  # A report of an earlier run must not count.
  rm -rf "$ROOT"/server/*/target/surefire-reports "$ROOT"/server/*/target/failsafe-reports
  if ((TEST_FAST)); then
    arguments+=(-DexcludedGroups=slow,keycloak)
  elif [[ ${HAWSER_TEST_KEYCLOAK:-} == 1 ]]; then
    arguments+=(-Pkeycloak -DexcludedGroups=none)
  fi
  if ((${#TEST_ARGUMENTS[@]})); then
    arguments+=(-Dsurefire.failIfNoSpecifiedTests=false "${TEST_ARGUMENTS[@]}")
  fi
  JAVA_MODULE='' JAVA_SHOWN=$SECONDS JAVA_FAILURE=0
  run_maven "$log" show_test_line "${arguments[@]}" verify
  count_totals "$log"
  printf 'Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n' "$REPORT_TESTS" "$REPORT_FAILURES" "$REPORT_ERRORS" \
    "$REPORT_SKIPPED"
  add_results $((REPORT_TESTS - REPORT_FAILURES - REPORT_ERRORS - REPORT_SKIPPED)) \
    $((REPORT_FAILURES + REPORT_ERRORS)) "$REPORT_SKIPPED"
  if ((MAVEN_CODE)); then
    printf 'Maven ended with code %d; its output, target/test-java.log, ends with\n' "$MAVEN_CODE"
    tail -n 40 "$log" | cut -c 1-400
    code=1
  fi
  if grep -q 'Coverage checks have not been met' "$log"; then
    grep -E 'Rule violated' "$log" || true
    printf 'The coverage is too low\n'
    code=1
  fi
  # Tests that were still running then are in no report, and Maven passes over it.
  if grep -q 'There was a timeout' "$log"; then
    printf 'The tests of a module hung and were ended\n'
    code=1
  fi
  ((REPORT_FAILURES + REPORT_ERRORS == 0)) || code=1
  return "$code"
}

# A moment of the search that `hawser fuzz` makes for as long as one likes.
test_fuzz() {
  # shellcheck source=scripts/fuzz.sh
  source "$ROOT/scripts/fuzz.sh"
  have_jdk 'THE FUZZ TARGETS ARE' || return 77
  (fuzz_build) || return 1
  fuzz_seeds >/dev/null || return 1
  local target failed=0
  for target in quick wire; do
    if fuzz_run 10 200000 "$target"; then
      add_results 1 0 0
    else
      add_results 0 1 0
      failed=1
    fi
  done
  return "$failed"
}

# The Python distribution and the examples: types, then tests beside a started gateway, in an environment of their own.
test_python() {
  local environment=$ROOT/target/python report=$ROOT/target/python-report.xml arguments=() code=0
  # shellcheck source=scripts/python.sh
  source "$ROOT/scripts/python.sh"
  have_jdk 'PYTHON IS' || return 77
  python_environment "$environment" || return 77
  gateway_ready || return 1
  rm -f "$report"
  if ((TEST_FAST)); then arguments+=(-m 'not slow'); fi
  if [[ ${steps[*]} == python ]]; then arguments+=(${TEST_ARGUMENTS[@]+"${TEST_ARGUMENTS[@]}"}); fi
  if (cd "$ROOT/python" && "$environment/bin/python" -m mypy); then
    add_results 1 0 0
  else
    add_results 0 1 0
    code=1
  fi
  (cd "$ROOT/python" && PYTHONUNBUFFERED=1 "$environment/bin/python" -m pytest -v --no-header --tb=short \
    --junitxml="$report" ${arguments[@]+"${arguments[@]}"} 9>&-) || code=1
  count_reports "$report"
  ((REPORT_TESTS)) || code=1
  add_results $((REPORT_TESTS - REPORT_FAILURES - REPORT_ERRORS - REPORT_SKIPPED)) \
    $((REPORT_FAILURES + REPORT_ERRORS)) "$REPORT_SKIPPED"
  return "$code"
}

# The browser side: types, style, units. Needs Node.js and npm's registry, unless what it needs is installed.
test_web() {
  local code=0
  web_ready 'THE BROWSER SIDE IS' || return 77
  web_check "types" "$WEB" npm run --silent typecheck || code=1
  web_check "style" "$WEB" npm run --silent lint || code=1
  web_vitest web "$WEB" || code=1
  return "$code"
}

# A real browser and a real gateway.
test_browser() {
  local code=0
  web_ready 'THE BROWSER SIDE IS' || return 77
  have_jdk 'THE BROWSER SIDE IS' || return 77
  browser_ready || return 77
  gateway_ready || return 1
  web_check "types" "$WEB/browser" ../node_modules/.bin/tsc -p . || code=1
  web_vitest browser "$WEB/browser" || code=1
  return "$code"
}

web_ready() { # what is not tested without
  if ! node_usable; then
    say "$1 NOT TESTED: $REPLY"
    return 1
  fi
  : >"$WEB_LOG"
  install_web && return 0
  tail -n 5 "$WEB_LOG" >&2
  say "$1 NOT TESTED: npm could not install what it needs; is its registry within reach?"
  return 1
}

# Sets CHROMIUM_PATH to an installed Chromium; without one, npm's is installed.
browser_ready() {
  local name omit=(--omit=optional) lock=$WEB/browser/node_modules/.package-lock.json
  if [[ -z ${CHROMIUM_PATH:-} ]]; then
    for name in chromium chromium-headless-shell chromium-browser google-chrome; do
      if CHROMIUM_PATH=$(command -v "$name"); then break; fi
    done
  fi
  export CHROMIUM_PATH
  if [[ -z $CHROMIUM_PATH ]]; then omit=(); fi
  if [[ $lock -nt $WEB/browser/package-lock.json && (-n $CHROMIUM_PATH || -d $WEB/browser/node_modules/@sparticuz) ]]; then
    return 0
  fi
  if npm_run 'installing' --prefix browser ci ${omit[@]+"${omit[@]}"} --no-audit --no-fund --loglevel=error; then
    touch "$lock"
    return 0
  fi
  tail -n 5 "$WEB_LOG" >&2
  say 'NOTHING IS TESTED IN A BROWSER: npm could not install what drives one; is its registry within reach?'
  return 1
}

web_check() { # what, folder, command...
  local what=$1 folder=$2
  shift 2
  if (cd "$folder" && "$@"); then
    printf '   ok      %s\n' "$what"
    add_results 1 0 0
  else
    printf '   FAILED  %s\n' "$what"
    add_results 0 1 0
    return 1
  fi
}

web_vitest() { # step, folder
  local step=$1 folder=$2 report=$ROOT/target/$1-report.xml arguments=() code=0
  rm -f "$report"
  if [[ ${steps[*]} == "$step" ]]; then arguments+=(${TEST_ARGUMENTS[@]+"${TEST_ARGUMENTS[@]}"}); fi
  (cd "$folder" && "$WEB/node_modules/.bin/vitest" run --reporter=verbose --reporter=junit --outputFile.junit="$report" \
    ${arguments[@]+"${arguments[@]}"} 9>&-) || code=1
  count_reports "$report"
  ((REPORT_TESTS)) || code=1
  add_results $((REPORT_TESTS - REPORT_FAILURES - REPORT_ERRORS - REPORT_SKIPPED)) \
    $((REPORT_FAILURES + REPORT_ERRORS)) "$REPORT_SKIPPED"
  return "$code"
}

add_results() { # passed, failed, skipped
  TESTS_PASSED=$((TESTS_PASSED + $1)) TESTS_FAILED=$((TESTS_FAILED + $2)) TESTS_SKIPPED=$((TESTS_SKIPPED + $3))
}

# Shows a test class when it is done, a module when it begins, every error line as it is, and what a failed test said.
show_test_line() { # a line of Maven's output, or nothing
  local line=$1 class
  if ((JAVA_FAILURE)) && [[ -n $line ]]; then
    case $line in
      '['[A-Z]*']'*) JAVA_FAILURE=0 ;;
      *'at java.base/'* | *'at org.junit.'* | *'at org.assertj.'*) return ;;
      *)
        JAVA_FAILURE=$((JAVA_FAILURE - 1))
        printf '      %s\n' "${line:0:400}"
        return
        ;;
    esac
  fi
  case $line in
    '')
      if ((SECONDS - JAVA_SHOWN < 10)); then return; fi
      printf '   ... %d s\n' "$SECONDS"
      ;;
    '[INFO] Building '*'['*/*']')
      JAVA_MODULE=${line#\[INFO\] Building }
      printf '%s\n' "${JAVA_MODULE%% *}"
      ;;
    *'Tests run: '*' -- in '*)
      class=${line##* -- in }
      [[ $line =~ Tests\ run:\ ([0-9]+),\ Failures:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Time\ elapsed:\ ([0-9.,]+) ]] || return 0
      if ((BASH_REMATCH[2] + BASH_REMATCH[3])); then
        printf '   FAILED  %-60s %5d tests %8s s, %d failed\n' "$class" "${BASH_REMATCH[1]}" "${BASH_REMATCH[5]}" \
          $((BASH_REMATCH[2] + BASH_REMATCH[3]))
      elif ((BASH_REMATCH[4])); then
        printf '   ok      %-60s %5d tests %8s s, %d skipped\n' "$class" "${BASH_REMATCH[1]}" "${BASH_REMATCH[5]}" \
          "${BASH_REMATCH[4]}"
      else
        printf '   ok      %-60s %5d tests %8s s\n' "$class" "${BASH_REMATCH[1]}" "${BASH_REMATCH[5]}"
      fi
      ;;
    '[ERROR] [Help '* | '[ERROR] To see '* | '[ERROR] Re-run '* | '[ERROR] For more '* | '[ERROR] After correcting'* | \
      '[ERROR]   mvn '* | '[ERROR] ') ;;
    '[ERROR]'*)
      printf '   %s\n' "${line% -> \[Help *}"
      # So many lines of it.
      if [[ $line == *'<<< '* ]]; then JAVA_FAILURE=40; fi
      ;;
    *) return ;;
  esac
  JAVA_SHOWN=$SECONDS
}

# Adds up the totals that Maven gives for each module; sets REPORT_*. Its reports hold less: where a class has tests of two
# engines, the report of one takes the place of the other's.
count_totals() { # log
  read -r REPORT_TESTS REPORT_FAILURES REPORT_ERRORS REPORT_SKIPPED < <(sed -nE \
    's/^\[[A-Z]+\] Tests run: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+), Skipped: ([0-9]+)$/\1 \2 \3 \4/p' "$1" |
    awk '{ tests += $1; failures += $2; errors += $3; skipped += $4 }
      END { print tests + 0, failures + 0, errors + 0, skipped + 0 }')
}

# Adds up the attributes of the test suites in the reports given; sets REPORT_*. Missing files count nothing.
count_reports() {
  local files=() file
  REPORT_TESTS=0 REPORT_FAILURES=0 REPORT_ERRORS=0 REPORT_SKIPPED=0
  for file in "$@"; do
    if [[ -f $file ]]; then files+=("$file"); fi
  done
  ((${#files[@]})) || return 0
  read -r REPORT_TESTS REPORT_FAILURES REPORT_ERRORS REPORT_SKIPPED < <(awk '
    function attribute(name) {
      return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
    }
    /<testsuite / {
      tests += attribute("tests"); failures += attribute("failures")
      errors += attribute("errors"); skipped += attribute("skipped")
    }
    END { print tests + 0, failures + 0, errors + 0, skipped + 0 }' "${files[@]}")
}
