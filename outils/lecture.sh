#!/usr/bin/env bash
# The programs that read délibérations (poppler, tesseract and its French): installs those that are missing. With
# --facultatif, goes on without them where they can't be installed: the service then says what it could not read.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null && command -v pdfinfo >/dev/null || missing+=(poppler-utils)
command -v tesseract >/dev/null || missing+=(tesseract-ocr)
compgen -G '/usr/share/tesseract-ocr/*/tessdata/fra.traineddata' >/dev/null || missing+=(tesseract-ocr-fra)
[[ ${#missing[@]} -gt 0 ]] || exit 0
outils/apt.sh "${missing[@]}" || [[ ${1:-} == --facultatif ]]
