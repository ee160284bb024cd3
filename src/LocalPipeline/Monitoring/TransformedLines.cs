using Shipper.Foundation.Files;
using Shipper.OrderLake.Storage;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Reads from the lake how many lines it has taken.</summary>
internal sealed class TransformedLines(string lake)
{
    private readonly LakeDirectory _lake = new(lake);

    /// <summary>Number of lines in tables, the rejects among them.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads it again; the last number remains where it cannot be read.</summary>
    public void Update()
    {
        try
        {
            Lines = _lake.ReadState()?.Records ?? Lines;
        }
        catch (Exception exception) when (exception is LakeException || exception.IsDiskError())
        {
            // The check at the end says what is wrong.
        }
    }
}
