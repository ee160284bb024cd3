using Shipper.Foundation.Hosting.Help;

namespace Shipper.OrderLake.Commands;

/// <summary>The sections of the help.</summary>
internal static class LakeHelp
{
    /// <summary>Common ways to use it.</summary>
    public static readonly HelpSection Examples = HelpSection.Examples(
        new("order-lake transform history --raw local-pipeline-data/s3 --lake lake", "take what is new into the tables"),
        new("order-lake transform history --raw bucket --lake lake --memory-limit 1GiB", "the same within a gibibyte of memory"));

    /// <summary>The exit codes of a transform.</summary>
    public static readonly HelpSection ExitCodes = HelpSection.ExitCodes(
        new("0", "done; records that were left out are in the table rejects, with reason, object and line"),
        new("1", "an unexpected error; nothing was committed"),
        new("2", "the command line is invalid"),
        new("65", "the run is committed, but objects are damaged, gone, unreadable or changed; each is named"),
        new("66", "there is no such directory of raw objects, or it cannot be listed"),
        new("73", "the lake cannot be created or written here"),
        new("74", "the disk failed or is full; nothing was committed"),
        new("75", "another run works on this lake"),
        new("78", "the lake cannot be used as asked: another way to tag, or made by a newer program"));

    /// <summary>What is where.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("LAKE/tables/orders/", "Parquet by country and invoicedateonly, named as Hive and Spark escape them"),
        new HelpEntry("LAKE/tables/rejects/", "what was left out, with reason, object and line"),
        new HelpEntry("LAKE/tables/objects/", "the objects that were taken"),
        new HelpEntry("LAKE/_staging/", "the work of a run; nothing in it is part of the lake"));
}
