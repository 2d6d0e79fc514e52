"""Pages rendered on the server; `web.application.pages()` is mounted by `api.app`."""
