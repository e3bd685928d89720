# Builds the browser side (web/) with Node.js and npm, sourced by scripts/build.sh. The gateway works without it,
# but for its pages and the browser client: then a page says so at `/`.
# shellcheck shell=bash disable=SC2153

# shellcheck source=scripts/patience.sh
source "$ROOT/scripts/patience.sh"

MIN_NODE=20
WEB=$ROOT/web
SITE=$WEB/target/site
# Beside the site: what it was built with, or why it could not be.
SITE_STAMP=$WEB/target/site.stamp
WEB_LOG=$ROOT/target/web.log
# Not for long: the gateway works without. Tests have more of it.
NPM_PATIENCE=(--fetch-retries=1 --fetch-timeout=30000)
NPM_TRIES=1

# Whether there is what building needs; if not, REPLY says what is missing. Sets NODE_VERSION.
node_usable() {
  NODE_VERSION=$(node --version 2>/dev/null) || {
    REPLY="Node.js $MIN_NODE or newer is not on the path"
    return 1
  }
  NODE_VERSION=${NODE_VERSION#v}
  if ((${NODE_VERSION%%.*} < MIN_NODE)); then
    REPLY="Node.js $NODE_VERSION is older than $MIN_NODE"
    return 1
  fi
  command -v npm >/dev/null || {
    REPLY='npm is not on the path'
    return 1
  }
}

# Which programs there are: a failure is tried again when they change.
node_found() { printf '%s %s' "$(command -v node)" "$(command -v npm)"; }

# Whether the site should be built. One that could not be is not tried again at every start, but after an hour, or when
# sources or programs have changed.
site_stale() {
  local sources=() path stamp=''
  for path in client elements pages scripts package.json package-lock.json vite.config.ts; do
    if [[ -e $WEB/$path ]]; then sources+=("$WEB/$path"); fi
  done
  ((${#sources[@]})) || return 1
  if stale "$SITE_STAMP" "${sources[@]}" "$ROOT/protocol/codes.json"; then return 0; fi
  stamp=$(<"$SITE_STAMP")
  [[ $stamp != built && ($stamp != "failed $(node_found)" || -n $(find "$SITE_STAMP" -mmin +60)) ]]
}

# Builds the site if it is stale. Never fails: without it the gateway lacks only its pages.
build_site() {
  local started=$SECONDS
  if ! site_stale; then return; fi
  mkdir -p "$WEB/target" "$ROOT/target"
  # Dated to the start, so that a source changed during the build counts as newer.
  : >"$SITE_STAMP.new"
  if ! node_usable; then
    without_site "$REPLY"
    return
  fi
  say "building the browser side with Node.js $NODE_VERSION; log: target/web.log"
  if ! install_web; then
    without_site 'npm could not install what the browser side needs; see target/web.log'
  elif ! web_run 'building' npm run --silent build:site; then
    without_site 'the browser side could not be built; see target/web.log'
  else
    printf built >"$SITE_STAMP"
    touch -r "$SITE_STAMP.new" "$SITE_STAMP"
    rm -f "$SITE_STAMP.new"
    say "built the browser side in $((SECONDS - started)) s"
  fi
}

without_site() { # reason
  say "note: $1" "$(if [[ -f $SITE/hawser.js ]]; then echo '(the browser side stays as it was)'; else
    echo '(its pages and the browser client are missing)'; fi)"
  printf 'failed %s' "$(node_found)" >"$SITE_STAMP"
  rm -f "$SITE_STAMP.new"
}

# Installs what package-lock.json names, unless that has been done.
install_web() {
  if [[ $WEB/node_modules/.package-lock.json -nt $WEB/package-lock.json ]]; then return 0; fi
  npm_run 'installing' ci --no-audit --no-fund --loglevel=error || return
  # npm dates this file to the newest package; a later change of the lock file has to show.
  touch "$WEB/node_modules/.package-lock.json"
}

npm_run() { # what, arguments...
  local what=$1
  shift
  patiently "$NPM_TRIES" web_run "$what" npm "$@" "${NPM_PATIENCE[@]}"
}

# Runs a command in web/ with its output in the log, showing the time; its exit code.
web_run() { # what, command...
  local what=$1 started=$SECONDS shown=0 code=0 pid
  shift
  (cd "$WEB" && exec "$@") >>"$WEB_LOG" 2>&1 </dev/null &
  pid=$!
  # shellcheck disable=SC2064
  trap "kill $pid 2>/dev/null || true; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - started > shown)); then
      shown=$((SECONDS - started))
      if [[ -t 2 ]]; then
        printf '\r\033[Khawser: %s, %d s' "$what" "$shown" >&2
      elif ((shown % 10 == 0)); then
        say "$what, $shown s"
      fi
    fi
  done
  wait "$pid" || code=$?
  trap - INT TERM
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
  return "$code"
}
