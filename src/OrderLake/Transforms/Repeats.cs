using Shipper.OrderLake.Engine;

namespace Shipper.OrderLake.Transforms;

/// <summary>
/// Records with provenance that came twice. A record is dropped as a repeat only if another one has the same provenance and the same
/// content, byte for byte. The same provenance with other content is a conflict: both are kept, and it is reported. Records without
/// provenance are never dropped: nothing says whether two equal lines are one line or two.
/// </summary>
internal static class Repeats
{
    /// <summary>The reason of the rejects.</summary>
    public const string Reason = "repeat";

    /// <summary>Where a record came from, as one text: host, state directory, stream, epoch, offset and length.</summary>
    public const string Key = """
        case when json_valid(source) and json_exists(source, '$.h') and json_exists(source, '$.s')
                and json_exists(source, '$.f') and json_exists(source, '$.e') and json_exists(source, '$.o')
                and json_exists(source, '$.l')
            then concat_ws('|', source->>'$.h', source->>'$.s', source->>'$.f', source->>'$.e', source->>'$.o',
                source->>'$.l')
            else source
        end
        """;

    private const int MostConflictsShown = 1000;

    /// <summary>Rejects the repeats among what arrived, and returns the conflicts.</summary>
    /// <param name="engine">The engine, with the tables <c>kept</c>, <c>rejected</c> and <c>taken</c>.</param>
    /// <param name="directory">The committed table of provenance.</param>
    /// <param name="reject">Moves kept rows to the rejects.</param>
    public static IReadOnlyList<ObjectProblem> Settle(LakeEngine engine, string directory, Action<string> reject)
    {
        if (engine.Read(
            "select exists (select 1 from kept where source is not null) or exists (select 1 from rejected where source is not null)",
            row => row.GetBoolean(0)).Single() is false)
        {
            return [];
        }

        var files = Directory.Exists(directory) ? Directory.GetFiles(directory, "*.parquet") : [];
        engine.Run(files.Length == 0
            ? "create temp view known as select null::varchar as source, null::varchar as content_hash where false"
            : $"create temp view known as select source, content_hash from read_parquet({LakeEngine.Files(files)})");
        engine.Run($"""
            create table arrived as
            select {Key} as source, content_hash, object, line, record,
                row_number() over (partition by {Key}, content_hash order by object, line, record) > 1 as repeated
            from (
                select source, content_hash, object, line, record from kept where source is not null
                union all
                select source, content_hash, object, line, record from rejected where source is not null
            )
            """);
        engine.Run("update arrived set repeated = true where (source, content_hash) in (select source, content_hash from known)");
        var conflicts = engine.Read(
            $"""
            select name, line, source from arrived join taken on object = number
            where not repeated and source in (
                select source from (
                    select source, content_hash from arrived
                    union
                    select source, content_hash from known where source in (select source from arrived)
                ) group by source having count(distinct content_hash) > 1)
            order by name, line, record limit {MostConflictsShown}
            """,
            row => new ObjectProblem(
                row.GetString(0),
                row.GetInt64(1),
                "provenance_conflict",
                $"another record with other content says that it comes from {row.GetString(2)}, too; both are kept. Two shippers may have "
                + "the same state directory id"));
        const string repeated = "(object, line, record) in (select (object, line, record) from arrived where repeated)";
        engine.Run($"update rejected set reason = '{Reason}' where {repeated}");
        reject(repeated);
        return conflicts;
    }

    /// <summary>Writes the provenance of what arrived and is no repeat, if anything has one.</summary>
    public static void Write(LakeEngine engine, Action<string> write, long run)
    {
        if (engine.Read("select count(*) from duckdb_tables() where table_name = 'arrived'", row => row.GetInt64(0)).Single() > 0)
        {
            write($"""
                select source, content_hash, name as object, line, record, cast({IntakeStatements.Number(run)} as bigint) as run
                from arrived join taken on object = number where not repeated order by number, line, record
                """);
        }
    }
}
