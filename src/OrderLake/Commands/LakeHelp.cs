using Shipper.Foundation.Hosting.Help;

namespace Shipper.OrderLake.Commands;

/// <summary>The sections of the help.</summary>
internal static class LakeHelp
{
    /// <summary>Common ways to use it.</summary>
    public static readonly HelpSection Examples = HelpSection.Examples(
        new("order-lake transform history --raw local-pipeline-data/s3 --lake lake", "take what is new into the tables"),
        new("order-lake transform history --input s3://bucket/orders --lake lake", "the same from S3"),
        new("order-lake transform history --raw bucket --lake lake --memory-limit 1GiB", "the same within a gibibyte of memory"),
        new("order-lake watch --raw local-pipeline-data/s3 --lake lake", "the same again and again"),
        new("order-lake query region-revenue --lake lake", "ask"),
        new("order-lake query country-daily --country France --lake lake --output csv", "ask, for another program"));

    /// <summary>Ways to show the page.</summary>
    public static readonly HelpSection ServeExamples = HelpSection.Examples(
        new("order-lake serve --lake lake", "show a lake on http://127.0.0.1:8765/"),
        new("order-lake serve --lake lake --raw local-pipeline-data/s3", "the same, and transform what arrives"),
        new("order-lake serve --lake lake --listen 0.0.0.0:8765 --token-file token", "show it to other machines, which need the token"));

    /// <summary>The exit codes of the page.</summary>
    public static readonly HelpSection ServeExitCodes = HelpSection.ExitCodes(
        new("0", "stopped (SIGINT, SIGTERM)"),
        new("1", "an unexpected error"),
        new("2", "the command line is invalid, or an address for other machines has no token"),
        new("66", "the token's file cannot be read"),
        new("73", "the address cannot be used, for example because another program listens there"));

    /// <summary>The exit codes of commands that ask.</summary>
    public static readonly HelpSection QueryExitCodes = HelpSection.ExitCodes(
        new("0", "answered"),
        new("1", "an unexpected error"),
        new("2", "the command line is invalid, or there is no such query"),
        new("65", "the engine refuses the query; the lake is not sound; bytes are missing"),
        new("66", "there is no lake, or no such directory or bucket of raw objects"));

    /// <summary>The exit codes of a transform.</summary>
    public static readonly HelpSection ExitCodes = HelpSection.ExitCodes(
        new("0", "done; records that were left out are in the table rejects, with reason, object and line"),
        new("1", "an unexpected error; nothing was committed"),
        new("2", "the command line is invalid"),
        new("65", "the run is committed, but objects are damaged, gone, unreadable or changed; each is named"),
        new("66", "there is no such directory or bucket of raw objects, or it cannot be listed"),
        new("73", "the lake cannot be created or written here"),
        new("74", "the disk failed or is full; nothing was committed"),
        new("75", "another run works on this lake"),
        new("78", "the lake cannot be used as asked: another way to tag, an initial load into a filled table, or made by a newer program"),
        new("130", "interrupted; nothing was committed. watch ends with 0"));

    /// <summary>What is where.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("LAKE/tables/orders/", "Parquet by country and date (or month), named as Hive and Spark escape them"),
        new HelpEntry("LAKE/tables/rejects/", "what was left out, with reason, object and line"),
        new HelpEntry("LAKE/tables/objects/", "the objects that were taken"),
        new HelpEntry("LAKE/tables/order_events/", "every order change event; order_state/ has the newest of each order"),
        new HelpEntry("LAKE/tables/order_changes/", "every change of a DynamoDB table of orders"),
        new HelpEntry("LAKE/_staging/", "the work of a run; nothing in it is part of the lake"));
}
