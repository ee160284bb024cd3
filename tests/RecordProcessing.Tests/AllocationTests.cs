using System.Text;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>A record allocates nothing, once the buffers have their size.</summary>
public sealed class AllocationTests
{
    private const string Csv = "536365,85123A,\"WHITE \"\"HEART\"\"\",6,12/1/2010 8:26,2.55,17850,United Kingdom\n";
    private const string Access = "192.0.2.1 - - [04/Mar/2026:05:06:07 +0000] \"GET /a\\\"b HTTP/1.1\" 200 1234 \"-\" \"curl/8.0\"\n";
    private const string Json = "{\"id\":7,\"customer\":{\"email\":\"a@b\"},\"amount\":1.50}\n";
    private static readonly string[] Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private static readonly (ProcessingType Type, ProcessingCompatibility Compatibility, string Record)[] Steps =
    [
        (ProcessingType.CsvToJson, ProcessingCompatibility.None, Csv),
        (ProcessingType.CsvToJson, ProcessingCompatibility.Agent, Csv),
        (ProcessingType.ApacheCombinedToJson, ProcessingCompatibility.None, Access),
        (ProcessingType.ApacheErrorToJson, ProcessingCompatibility.None, "[Wed Mar 04 05:06:07 2026] [core:error] [pid 1] x\n"),
        (ProcessingType.SyslogToJson, ProcessingCompatibility.None, "Mar  4 05:06:07 host1 sshd[12]: hi\n"),
        (ProcessingType.Rfc5424ToJson, ProcessingCompatibility.None, "<34>1 - h su - ID47 [a b=\"c\\\"d\"] text\n"),
        (ProcessingType.ApacheCombinedToJson, ProcessingCompatibility.Agent, Access.Replace("\\\"", "", StringComparison.Ordinal)),
        (ProcessingType.SyslogToJson, ProcessingCompatibility.Agent, "Mar  4 05:06:07 host1 sshd[12]: hi\n"),
        (ProcessingType.Metadata, ProcessingCompatibility.None, Json),
        (ProcessingType.Metadata, ProcessingCompatibility.Agent, Json),
        (ProcessingType.Ec2Metadata, ProcessingCompatibility.None, Json),
        (ProcessingType.Provenance, ProcessingCompatibility.None, Json),
        (ProcessingType.Redact, ProcessingCompatibility.None, Json),
        (ProcessingType.Include, ProcessingCompatibility.None, Json),
        (ProcessingType.Exclude, ProcessingCompatibility.None, Json),
        (ProcessingType.SingleLine, ProcessingCompatibility.None, Json),
        (ProcessingType.SingleLine, ProcessingCompatibility.Agent, Json),
        (ProcessingType.Brackets, ProcessingCompatibility.Agent, Json),
        (ProcessingType.MaxSize, ProcessingCompatibility.None, Json),
    ];

    [Fact]
    public void A_record_allocates_nothing() => Assert.All(Steps, step => AllocatesNothing(step.Type, step.Compatibility, step.Record));

    private static void AllocatesNothing(ProcessingType type, ProcessingCompatibility compatibility, string record)
    {
        var isAgent = compatibility == ProcessingCompatibility.Agent;
        var options = new ProcessingOptions { Type = type, Compatibility = compatibility };
        switch (type)
        {
            case ProcessingType.CsvToJson:
                options.Names = [.. Names];
                options.Numbers = isAgent ? [] : ["Quantity", "UnitPrice"];
                break;
            case ProcessingType.Metadata when isAgent:
                (options.Json, options.Timestamp) = ("{\"env\":\"prod\"}", true);
                break;
            case ProcessingType.Metadata:
                options.Members =
                [
                    new() { Name = "env", Value = "prod" }, new() { Name = "file", From = MemberSource.Path },
                    new() { Name = "ts", From = MemberSource.Time },
                ];
                break;
            case ProcessingType.Redact:
                (options.Fields, options.Pattern) = (["customer.email"], "[0-9]{2}");
                break;
            case ProcessingType.Include or ProcessingType.Exclude:
                options.Pattern = "amount.*50";
                break;
        }

        var chain = Chains.Of(options);
        var bytes = Encoding.UTF8.GetBytes(record);
        Run(chain, bytes, 200);
        Assert.Equal(0, chain.Counts[0].Unmatched);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(chain, bytes, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Run(RecordChain chain, byte[] record, int times)
    {
        for (var time = 0; time < times; time++)
        {
            chain.Process(record, Chains.Origin);
        }
    }
}
