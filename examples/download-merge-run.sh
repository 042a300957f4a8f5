#!/usr/bin/env bash
# Downloads a split model as one file, and prints the command that serves it with llama.cpp.
#
#   examples/download-merge-run.sh [SOURCE] [DIRECTORY]
#
# Run it again after an interruption: it goes on from where it was. With the model there already it
# only prints the command, so it can stand in a server's start script.
set -euo pipefail

ggufkit() {
  node "$(dirname "${BASH_SOURCE[0]}")/../apps/ggufkit/dist/main.js" "$@"
}

source=${1:-hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M}
directory=${2:-models}

# Each shard is verified and goes to its place in the one file while it comes. Progress goes to
# stderr; stdout has the path of the merged file alone.
model=$(ggufkit download "$source" --merge --out "$directory")

# Context, sampling and the rest, by the model's own metadata; --gpu and --ram fit it to a machine.
ggufkit config "$model" --for llama-server
