"""How Mainstay speaks to Temporal: connection, converter, queues, namespaces, search attributes."""
