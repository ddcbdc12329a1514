# shellcheck shell=bash
# Sourced by the test scripts: runs one phase under a heading and says how long it took.
# A failing phase ends the script with the phase's own status.

heading() { printf '\n── %s\n' "$1"; }

phase() {
  local title=$1 start=$SECONDS status=0
  shift
  heading "$title"
  "$@" || status=$?
  if [[ $status -ne 0 ]]; then
    printf '── %s : échec (%d s)\n' "$title" $((SECONDS - start)) >&2
    exit "$status"
  fi
  printf '── %s : %d s\n' "$title" $((SECONDS - start))
}
