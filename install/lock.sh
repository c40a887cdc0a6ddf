#!/bin/sh
# Resolves pyproject.toml into the lock files: one resolution for Python 3.11 and 3.12 on Linux and
# macOS, every file with its hash. The test lock takes its versions from the run lock, and the bench
# lock from the test lock.
# UPGRADE=1 moves to the newest releases; otherwise what is pinned stays where it can.
set -eu

compile() {
    out=$1
    shift
    "$BIN/uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command 'make lock' ${UPGRADE:+--upgrade} --output-file "$out" "$@"
}

compile requirements/build.lock requirements/build.in
compile requirements/run.lock pyproject.toml
compile requirements/test.lock pyproject.toml --extra test --constraint requirements/run.lock \
    --constraint requirements/build.lock
compile requirements/bench.lock pyproject.toml --extra bench --constraint requirements/test.lock
compile requirements/lock.lock requirements/lock.in
