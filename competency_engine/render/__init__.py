"""Documents → screen, JSON, Markdown; findings → terminal, SARIF, GitHub."""
