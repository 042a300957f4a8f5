"""What huggingface_hub makes of a cache: python hub.py COMMAND '{"repo": …}'; prints JSON."""

import json
import os
import sys

import huggingface_hub


def fetch(job):
    """The path of a file, fetched unless HF_HUB_OFFLINE says otherwise."""
    return huggingface_hub.hf_hub_download(
        job["repo"],
        job["path"],
        revision=job.get("revision"),
        local_dir=job.get("localDir"),
    )


def snapshot(job):
    """The directory of a whole repository, or of what the patterns allow."""
    return huggingface_hub.snapshot_download(job["repo"], allow_patterns=job.get("patterns"))


def scan(_job):
    """All that is in the cache."""
    cache = huggingface_hub.scan_cache_dir()
    repos = [
        {
            "repo": repo.repo_id,
            "bytes": repo.size_on_disk,
            "revisions": [
                {
                    "commit": revision.commit_hash,
                    "refs": sorted(revision.refs),
                    "files": {
                        os.path.relpath(file.file_path, revision.snapshot_path): file.size_on_disk
                        for file in revision.files
                    },
                }
                for revision in repo.revisions
            ],
        }
        for repo in cache.repos
    ]
    return {"repos": repos, "warnings": [str(warning) for warning in cache.warnings]}


COMMANDS = {"fetch": fetch, "snapshot": snapshot, "scan": scan}

print(json.dumps(COMMANDS[sys.argv[1]](json.loads(sys.argv[2]))))
