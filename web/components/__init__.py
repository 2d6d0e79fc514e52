"""The pieces that pages are assembled from: macros (one file each) and the one door to jinja2."""
