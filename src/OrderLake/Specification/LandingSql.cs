namespace Shipper.OrderLake.Specification;

/// <summary>How the engines on AWS read the lines that a delivery stream left.</summary>
internal static class LandingSql
{
    /// <summary>The number of the run, which the Glue job fills in.</summary>
    public const string Run = "cast(${run} as bigint) as run";

    /// <summary>What could not be read; null of a line that was.</summary>
    public const string BrokenContent = "case when is_broken then substr(content, 1, 1000) end";

    /// <summary>The type of a line's provenance, as processing.md defines it.</summary>
    public const string Provenance = "struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>";

    /// <summary>Where a record is from. Spark names the object of a line, and does not count lines.</summary>
    public static IReadOnlyList<string> Place { get; } = ["object", "cast(null as bigint) as line", "cast(null as int) as record"];

    /// <summary>The first reason to leave a record out; only Spark tells a line that is no JSON from one without values.</summary>
    public static string WhenBroken(Dialect dialect) =>
        dialect == Dialect.Spark ? "when is_broken then 'broken_json'\n            " : "";

    /// <summary>
    /// The lines as a table in which every column is text, for Spark. The table <c>landing</c> has their text as <c>value</c>, and their
    /// object.
    /// </summary>
    public static string Raw(string table)
    {
        var names = TableColumns.NamesOf(table).ToList();
        var members = string.Join(", ", names.Select(name => $"{name} string"));
        return $"""
            -- The lines in the landing zone, as the table {table}, in which every column is text.
            -- Made by LandingSql of columns.tsv.
            select
                {EngineTexts.List(names.Select(name => $"parsed.{name} as {name.ToLowerInvariant()}"))},
                parsed.`$src` as src,
                parsed._broken is not null as is_broken,
                sha2(value, 256) as content_hash,
                value as content,
                object
            from (
                select
                    value,
                    object,
                    from_json(
                        value,
                        '{members}, `$src` {Provenance}, _broken string',
                        map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '_broken')
                    ) as parsed
                from landing
                where trim(value) <> ''
            ) as lines

            """;
    }
}
