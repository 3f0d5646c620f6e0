"""What the benchmarks share: documents, servers, a load client, a stopwatch."""
