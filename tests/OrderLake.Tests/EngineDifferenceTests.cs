using Shipper.OrderLake.Engine;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>DuckDB's column of the table in docs/lake.md that says where the three engines differ.</summary>
public sealed class EngineDifferenceTests : IDisposable
{
    private readonly LakeEngine _engine = LakeEngine.Start(256 << 20, threads: 1, spillDirectory: null);

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("left(sha256('536365-85123A'), 8)", "c8c9f1dd")]
    [InlineData("sha256('a') = lower(sha256('a'))", "true")]
    [InlineData("'a' || null", null)]
    [InlineData("concat('a', null)", "a")]
    [InlineData("trim(' a ') || trim(chr(9) || 'a')", "a\ta")]
    [InlineData("regexp_full_match('6' || chr(10), '[0-9]+')", "false")]
    [InlineData("regexp_replace('  a  ', ' +', '')", "a  ")]
    [InlineData("cast('6.5' as integer)", "7")]
    [InlineData("cast(0.765 as decimal(10,2))", "0.77")]
    [InlineData("cast(-0.765 as decimal(10,2))", "-0.77")]
    [InlineData("typeof(cast(1 as integer) * cast(1 as decimal(10,3)))", "DECIMAL(18,3)")]
    [InlineData("typeof(cast(1 as decimal(20,0)) * cast(1 as decimal(10,3)))", "DECIMAL(30,3)")]
    [InlineData("typeof(sum(cast(1 as decimal(20,3))))", "DECIMAL(38,3)")]
    [InlineData("typeof(avg(cast(1 as decimal(20,3))))", "DOUBLE")]
    [InlineData("typeof(sum(cast(1 as integer)))", "HUGEINT")]
    [InlineData("7 / 2", "3.5")]
    [InlineData("try_strptime('12/1/2010 8:26', '%m/%d/%Y %H:%M')::varchar", "2010-12-01 08:26:00")]
    [InlineData("try_strptime('2/30/2010 8:26', '%m/%d/%Y %H:%M')", null)]
    [InlineData("typeof(hour(timestamp '2010-12-01 08:26:00'))", "BIGINT")]
    [InlineData("try_cast('2026-01-01 10:00:00.123456' as timestamp)::varchar", "2026-01-01 10:00:00.123456")]
    [InlineData("(select string_agg(coalesce(a, 'null'), ' ' order by a) from (values ('b'), (null), ('é'), ('Z')) as t(a))", "Z b é null")]
    [InlineData("(select a from (values ('b'), (null)) as t(a) order by a desc limit 1)", "b")]
    public void The_embedded_engine_answers_as_the_page_says(string expression, string? wanted) => Assert.Equal(
        wanted,
        _engine.Read($"select ({expression})::varchar", row => row.IsDBNull(0) ? null : row.GetString(0)).Single());
}
