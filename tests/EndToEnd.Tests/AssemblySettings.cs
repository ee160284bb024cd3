global using Xunit;

using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Shipper.EndToEnd.Tests;
using Shipper.EndToEnd.Tests.Credentials;
using Shipper.EndToEnd.Tests.Windows;
using Xunit.Sdk;
using Xunit.v3;

// Signals, inodes and permissions are those of Linux.
[assembly: SupportedOSPlatform("linux")]

// A test mostly waits for its processes: more of them at a time than a small machine has cores keep it busy.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 6)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Shipper.EndToEnd.Tests;

/// <summary>Begins with the classes that hold the longest waits, so that no test ends long after all others.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private const int Threads = 32;

    private static readonly Type[] First = [typeof(OutageTests), typeof(WindowsTests), typeof(RotationTests), typeof(SupervisionTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    // Tests and local Firehoses share the pool of threads, and some of both block: it must not take seconds to grow.
    [ModuleInitializer]
    internal static void Initialize() => ThreadPool.SetMinThreads(Threads, Threads);

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(First, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
        return place < 0 ? First.Length : place;
    }
}
