global using Xunit;

// Every test runs several processes of its own; together they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
