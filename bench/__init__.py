"""Speed as ratios: ours against a limit or a peer, both sides interleaved in one run."""
