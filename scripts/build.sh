# Builds what is missing or stale, sourced by the launcher. Quiet and quick when there is nothing to do.
# shellcheck shell=bash disable=SC2034,SC2153

BUILD_LOG=$ROOT/target/build.log
BENCH_JAR=$ROOT/server/bench/target/hawser-bench.jar
# How often Maven is run where it cannot fetch something. Tests have more patience.
MAVEN_TRIES=1

# shellcheck source=scripts/web.sh
source "$ROOT/scripts/web.sh"

# Whether a jar is missing or older than any of the files and folders; a removed file shows in its folder's time.
stale() { # jar, sources...
  local jar=$1
  shift
  [[ ! -f $jar || -n $(find "$@" -newer "$jar" -print -quit 2>/dev/null) ]]
}

gateway_stale() {
  if site_stale; then return 0; fi
  local sources=() path
  for path in "$ROOT"/server/*/pom.xml "$ROOT"/server/*/src/main; do
    if [[ -e $path && $path != "$ROOT/server/bench/"* ]]; then sources+=("$path"); fi
  done
  if [[ -d $SITE ]]; then sources+=("$SITE"); fi
  stale "$JAR" "$ROOT/pom.xml" "${sources[@]}"
}

bench_stale() {
  stale "$BENCH_JAR" "$ROOT/pom.xml" "$ROOT"/server/{bench,core,sql}/{pom.xml,src/main}
}

aot_stale() {
  [[ ! $AOT.jdk -nt $JAR || $(<"$AOT.jdk") != *"$JDK $JDK_VERSION" ]]
}

build_gateway() { # command the gateway is wanted for
  if gateway_stale; then
    with_lock build_gateway_now
  elif [[ ${1:-} == demo || ${1:-} == serve ]] && aot_stale; then
    with_lock make_aot
  fi
}

build_gateway_now() {
  build_site
  if gateway_stale; then
    maven_build "$JAR" server/gateway
    make_aot
  fi
}

build_bench() {
  if bench_stale; then with_lock build_bench_now; fi
}

build_bench_now() {
  if bench_stale; then maven_build "$BENCH_JAR" server/bench; fi
}

# One build at a time in a checkout. The lock goes with the process that holds it, however it ends.
with_lock() {
  mkdir -p "$ROOT/target"
  if command -v flock >/dev/null; then
    exec 9>"$ROOT/target/build.lock"
    if ! flock -n 9; then
      say 'another build or test is under way in this folder, waiting for it'
      flock 9
    fi
    "$@"
    exec 9>&-
  else
    "$@"
  fi
}

require_maven() {
  command -v mvn >/dev/null || fail 1 'Maven (mvn) is needed to build and is not on the path' \
    'To get it: apt-get install maven,  brew install maven,  sdk install maven,  or https://maven.apache.org/download.cgi'
}

# Java takes the home folder from the user database, where a user of a container may have none or one that he cannot use;
# sets MAVEN_FLAGS so that Maven keeps what it fetches under HOME then, or under target/.
maven_home() {
  local home
  MAVEN_FLAGS=()
  command -v getent >/dev/null || return 0
  home=$(getent passwd "$EUID" | cut -d: -f6) || home=''
  if [[ -n $home && -w $home ]]; then return; fi
  home=${HOME:-}
  [[ -n $home && -w $home ]] || home=$ROOT/target/home
  MAVEN_FLAGS+=("-Dmaven.repo.local=$home/.m2/repository")
  if [[ -f $home/.m2/settings.xml ]]; then MAVEN_FLAGS+=(--settings "$home/.m2/settings.xml"); fi
}

# Runs Maven in the background with its output in a log; sets MAVEN_PID. Started by its own folder's path.
start_maven() { # log, arguments...
  local log=$1
  shift
  : >"$log"
  maven_home
  JAVA_HOME=$JDK mvn -B -Dstyle.color=never -f "$ROOT/pom.xml" ${MAVEN_FLAGS[@]+"${MAVEN_FLAGS[@]}"} "$@" \
    >"$log" 2>&1 </dev/null &
  MAVEN_PID=$!
  # shellcheck disable=SC2064
  trap "kill $MAVEN_PID 2>/dev/null || true; exit 130" INT
  # shellcheck disable=SC2064
  trap "kill $MAVEN_PID 2>/dev/null || true; exit 143" TERM
}

# Calls a function with each line of a growing log until Maven ends; sets MAVEN_CODE. Calls it with an empty line
# about twice a second when nothing new came, so that it can show the time.
follow_maven() { # log, function
  local line='' part running=1
  exec 8<"$1"
  while :; do
    if ! kill -0 "$MAVEN_PID" 2>/dev/null; then running=0; fi
    while IFS= read -r part <&8 || { line+=$part && false; }; do
      "$2" "$line$part"
      line=
    done
    ((running)) || break
    "$2" ''
    sleep 0.3
  done
  exec 8<&-
  MAVEN_CODE=0
  wait "$MAVEN_PID" || MAVEN_CODE=$?
  trap - INT TERM
}

# Runs Maven to its end; sets MAVEN_CODE. Repositories, and what is on the way to them, have their moments: what could not be
# fetched is asked for again.
run_maven() { # log, function for its lines, arguments...
  local log=$1 show=$2 try again=()
  shift 2
  for ((try = 1; ; try++)); do
    start_maven "$log" ${again[@]+"${again[@]}"} "$@"
    follow_maven "$log" "$show"
    if ((MAVEN_CODE == 0 || try >= MAVEN_TRIES)) || ! fetching_failed "$log"; then return 0; fi
    say "Maven could not fetch everything and is run again; see $log"
    sleep $((try * 5))
    # It would remember what was not there.
    again=(-U)
  done
}

# Whether Maven has failed for that alone.
fetching_failed() { # log
  grep -qE 'Could not transfer|Failure to transfer|Could not find artifact|failure was cached' "$1" &&
    ! grep -qE '<<< (FAILURE|ERROR)!|COMPILATION ERROR' "$1"
}

maven_build() { # jar, module
  local jar=$1 module=$2 started=$SECONDS stamp=$ROOT/target/build.started
  require_maven
  PROGRESS_MODULE='starting Maven' PROGRESS_STEP='' PROGRESS_FILES=0 PROGRESS_SHOWN=-1 PROGRESS_SINCE=$SECONDS
  say "building ${module#server/} with Java $JDK_VERSION; log: target/build.log"
  : >"$stamp"
  run_maven "$BUILD_LOG" show_progress -pl "$module" -am -Dmaven.test.skip=true package
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
  if ((MAVEN_CODE)) || [[ ! -f $jar ]]; then
    say "the build failed after $((SECONDS - started)) s; from target/build.log:"
    # Without Maven's advice on how to call Maven.
    { grep -E '^\[ERROR\] [^ ]' "$BUILD_LOG" | grep -vE 'Help 1|-e switch|-X switch|For more information|After correcting|mvn <' ||
      tail -n 30 "$BUILD_LOG"; } | head -n 30 >&2
    exit 1
  fi
  # Dated to the start, so that a source changed during the build counts as newer.
  touch -r "$stamp" "$jar"
  say "built in $((SECONDS - started)) s$( ((PROGRESS_FILES)) && echo ", $PROGRESS_FILES files downloaded")"
}

show_progress() { # a line of Maven's output, or nothing
  local line=$1 told
  if [[ $line =~ ^\[INFO\]\ Building\ ([^ ]+)\ .*\[([0-9]+)/([0-9]+)\] ]]; then
    PROGRESS_MODULE="module ${BASH_REMATCH[2]}/${BASH_REMATCH[3]} ${BASH_REMATCH[1]}" PROGRESS_STEP=
    if [[ ! -t 2 ]]; then PROGRESS_SHOWN=-10; fi
  elif [[ $line =~ ^\[INFO\]\ ---\ ([a-z-]+):[^:]*:([A-Za-z-]+) ]]; then
    PROGRESS_STEP=", ${BASH_REMATCH[2]}"
  elif [[ $line == *'Downloaded from '* ]]; then
    PROGRESS_FILES=$((PROGRESS_FILES + 1))
  fi
  if [[ -t 2 ]]; then
    if ((SECONDS == PROGRESS_SHOWN)); then return; fi
  elif ((SECONDS - PROGRESS_SHOWN < 5)); then
    return
  fi
  PROGRESS_SHOWN=$SECONDS
  told="$PROGRESS_MODULE$PROGRESS_STEP"
  if ((PROGRESS_FILES)); then told+=", $PROGRESS_FILES files downloaded"; fi
  told+=", $((SECONDS - PROGRESS_SINCE)) s"
  if [[ -t 2 ]]; then printf '\r\033[Khawser: %s' "$told" >&2; else say "$told"; fi
}

# Records which classes a start loads (JEP 514), so that later starts take them from a cache. Not having it only
# costs start-up time. The file beside it says for which JDK it was made, or that making it failed there.
make_aot() {
  local log=$ROOT/target/aot.log started=$SECONDS
  if ! aot_stale; then return; fi
  rm -f "$AOT" "$AOT.jdk"
  say 'recording the start-up cache'
  if "$JDK/bin/java" "${JVM_FLAGS[@]}" "-XX:AOTCacheOutput=$AOT" -jar "$JAR" warm-up >"$log" 2>&1 </dev/null &&
    [[ -s $AOT ]]; then
    printf '%s' "$JDK $JDK_VERSION" >"$AOT.jdk"
    say "recorded in $((SECONDS - started)) s"
  else
    rm -f "$AOT"
    printf '%s' "failed $JDK $JDK_VERSION" >"$AOT.jdk"
    say 'note: no start-up cache could be made, starts take a little longer; see target/aot.log'
  fi
}
