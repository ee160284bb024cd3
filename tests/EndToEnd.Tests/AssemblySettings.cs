global using Xunit;

using System.Runtime.Versioning;
using Xunit.Sdk;
using Xunit.v3;

// Signals, inodes and permissions are those of Linux.
[assembly: SupportedOSPlatform("linux")]

// Every test runs several processes of its own; together they would only slow each other down.
[assembly: Parallelization(Mode = ParallelMode.None)]
