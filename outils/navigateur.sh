#!/usr/bin/env bash
# The product in a real browser: a demonstration of its own, on free ports and in a temporary folder, visited by Debian's
# Chromium. Installs Chromium when it is missing. `outils/navigateur.sh FILE...` runs these files of tests/navigateur only.
# What was started is stopped when the script ends, whatever the way.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

chromium=/usr/bin/chromium
[[ -x $chromium ]] || outils/apt.sh chromium
outils/lecture.sh
[[ -d node_modules/playwright-core && -d node_modules/@axe-core/playwright ]] || npm ci --no-audit --no-fund --loglevel=error

folder=$(mktemp -d /tmp/habilis-browser.XXXXXX)
demo=

stop() {
  if [[ -n $demo ]]; then
    kill "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
  fi
  demo=
}
remove() {
  trap '' INT TERM HUP
  stop
  rm -rf "$folder"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Whether the demonstration is up: its requests are there and it answers. Fails when it stopped, or after a minute.
ready() {
  local second
  for second in {1..300}; do
    kill -0 "$demo" 2>/dev/null || return 1
    if grep -qs "la démonstration est prête" "$folder/log" && node -e "$answers" "$service/readyz"; then return; fi
    sleep 0.2
  done
  echo "La démonstration n'est pas prête après ${second} essais." >&2
  return 1
}
answers='fetch(process.argv[1]).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))'

# No port is known to be free until the demonstration has it, so we try some below the range given to outgoing connections.
start() {
  local port
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    service=http://127.0.0.1:$port
    sandbox=http://127.0.0.1:$((port + 1))
    rm -rf "$folder/data"
    # cargo becomes the program itself, so that its process is the one to stop.
    HABILIS_LISTEN=127.0.0.1:$port HABILIS_SANDBOX_LISTEN=127.0.0.1:$((port + 1)) \
      HABILIS_SANDBOX_SMTP=127.0.0.1:$((port + 2)) HABILIS_DEMO_FOLDER=$folder/data \
      cargo run --quiet -- demo >"$folder/log" 2>&1 </dev/null &
    demo=$!
    if ready; then return; fi
    stop
  done
  echo "La démonstration n'a pas démarré :" >&2
  tail -n 20 "$folder/log" >&2
  exit 1
}

files=("$@")
[[ ${#files[@]} -gt 0 ]] || files=(tests/navigateur/*.test.mjs)
cargo build --quiet
start
status=0
HABILIS_BROWSER_SERVICE=$service HABILIS_BROWSER_SANDBOX=$sandbox HABILIS_BROWSER_CHROMIUM=$chromium \
  node --test --test-reporter=spec "${files[@]}" || status=$?
if [[ $status -ne 0 ]]; then
  echo "── Derniers mots de la démonstration :" >&2
  tail -n 20 "$folder/log" >&2
fi
exit "$status"
