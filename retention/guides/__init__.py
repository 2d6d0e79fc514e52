"""The guides that coaching tips recommend: one Markdown file each, written for tutors."""
