using Shipper.DeliveryProof.Comparing;
using Shipper.DeliveryProof.Lines;
using Shipper.LocalPipeline.Configuration;
using Shipper.ObjectStorage;

namespace Shipper.LocalPipeline.Verification;

/// <summary>Compares every line that was written with every line that was delivered, as <c>tailshipper verify</c> does.</summary>
internal sealed class RunVerification(RunDirectory directory, TimeProvider time)
{
    /// <summary>Compares.</summary>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="InvalidDataException">A file or an object cannot be read, or is damaged.</exception>
    /// <exception cref="IOException">The data directory cannot be written.</exception>
    public async Task<ComparisonResult> CompareAsync(IProgress<ComparisonProgress> progress, CancellationToken stopping)
    {
        var written = Directory.EnumerateFiles(directory.Orders).Order(StringComparer.Ordinal)
            .Select(path => new SourceLines(SourceFile.Whole(path))).ToList();
        var delivered = new List<ILineContent>();
        if (Directory.Exists(directory.S3))
        {
            var store = new DirectoryStore(directory.S3);
            delivered.AddRange((await store.ListAsync(stopping)).Select(item => new ObjectLines(store, item)));
        }

        var result = new LineComparison(Environment.ProcessorCount, directory.Root, time).Compare(written, delivered, progress, stopping);
        return result.Problems is [var problem, ..]
            ? throw new InvalidDataException($"{problem.Name}: {problem.Text}")
            : result;
    }
}
