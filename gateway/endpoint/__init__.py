"""GraphQL over HTTP: from a request's head and body to an answer's status, head and body."""
