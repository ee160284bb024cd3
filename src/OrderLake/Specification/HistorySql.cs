using System.Globalization;
using System.Text;

namespace Shipper.OrderLake.Specification;

/// <summary>
/// The rules of <c>transform history</c>, from which the text of each engine is made. The texts are checked in beside each other, and
/// a test compares them with this. The program runs the checked-in text of DuckDB.
/// </summary>
internal static class HistorySql
{
    /// <summary>An order above this is tagged High.</summary>
    public const string HighAbove = "100";

    /// <summary>Dollars for one unit of the data's currency.</summary>
    public const string UsdRate = "0.012";

    // Names of directories have at most 255 bytes; "country=" takes 8, and an escaped byte three.
    private const string MostCountryBytes = "82";

    private const string Integer = "-?[0-9]{1,10}";
    private const string Price = "-?[0-9]{1,7}([.][0-9]{1,3}0*)?";
    private const string IsoDate = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z?";
    private const string UsDate = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}";

    /// <summary>The expression for a country's region, from the table of regions.</summary>
    public static string RegionCase(string country)
    {
        var text = new StringBuilder("case\n");
        foreach (var group in Regions.All.Where(row => row.Country != Regions.Else).GroupBy(row => row.Name))
        {
            var countries = string.Join(", ", group.Select(row => $"'{row.Country.Replace("'", "''", StringComparison.Ordinal)}'"));
            text.Append(CultureInfo.InvariantCulture, $"        when {country} in ({countries}) then '{group.Key}'\n");
        }

        var other = Regions.All.Single(row => row.Country == Regions.Else).Name;
        return text.Append(CultureInfo.InvariantCulture, $"        else '{other}'\n    end").ToString();
    }

    /// <summary>The orders that are kept.</summary>
    public static string Orders(Dialect dialect) =>
        $"""
        -- The orders that are kept, of the table raw_orders, in which every column is text.
        -- Made by HistorySql of the rules, columns.tsv and regions.tsv.
        select
            {dialect.OrderId("invoiceno", "stockcode")} as orderid,
            invoiceno,
            stockcode,
            description,
            quantity_number as quantity,
            {dialect.Hour("invoiced_at")} as invoicehour,
            unitprice_number as unitprice,
            customerid,
            {RegionCase("country_or_null")} as region,
            totalamount,
            totalamountusd,
            case when {TagColumn(dialect)} > {HighAbove} then 'High' else 'Normal' end as ordertag,
            country_or_null as country,
            {EngineTexts.List(["cast(invoiced_at as date) as invoicedateonly", .. OriginOfOrder(dialect)])}
        from (
        {Checked(dialect)}
        ) as checked
        where reason is null

        """;

    /// <summary>What is left out.</summary>
    public static string Rejects(Dialect dialect) =>
        $"""
        -- The records that are left out, with the first reason that applies.
        -- Made by HistorySql of the rules and columns.tsv.
        select
            {EngineTexts.List(RejectColumns(dialect))}
        from (
        {Checked(dialect)}
        ) as checked
        where reason is not null

        """;

    private static string Checked(Dialect dialect) =>
        $"""
            select
                typed.*,
                cast(cast(quantity_number as decimal(20,0)) * unitprice_number as decimal(20,3)) as totalamount,
                cast(
                    cast(quantity_number as decimal(20,0)) * unitprice_number * cast('{UsdRate}' as decimal(4,3)) as decimal(22,6)
                ) as totalamountusd,
                case
                    {LandingSql.WhenBroken(dialect)}when nullif({dialect.Trim("invoiceno")}, '') is null then 'no_invoiceno'
                    when nullif({dialect.Trim("stockcode")}, '') is null then 'no_stockcode'
                    when quantity_number is null then 'quantity_not_integer'
                    when unitprice_number is null then 'unitprice_not_decimal'
                    when invoiced_at is null then 'invoicedate_format'
                    when country_or_null = '__HIVE_DEFAULT_PARTITION__' then 'country_reserved'
                    when {dialect.ByteLength("country_or_null")} > {MostCountryBytes} then 'country_too_long'
                    when nullif({dialect.Trim("customerid")}, '') is null then 'no_customerid'
                    when quantity_number <= 0 then 'quantity_not_positive'
                    when unitprice_number <= 0 then 'unitprice_not_positive'
                end as reason
            from (
                select
                    raw_orders.*,
                    case when {dialect.Matches("quantity", Integer)} then try_cast(quantity as integer) end as quantity_number,
                    case when {dialect.Matches("unitprice", Price)} then try_cast(unitprice as decimal(10,3)) end as unitprice_number,
                    case
                        when {dialect.Matches("invoicedate", IsoDate)}
                            then {dialect.IsoTimestamp("substr(replace(invoicedate, 'T', ' '), 1, 19)")}
                        when {dialect.Matches("invoicedate", UsDate)}
                            then {dialect.UsTimestamp("invoicedate")}
                    end as invoiced_at,
                    nullif(country, '') as country_or_null
                from raw_orders
            ) as typed
        """;

    private static string TagColumn(Dialect dialect) => dialect == Dialect.DuckDb ? "${tag}" : "totalamount";

    // The embedded engine says where a record comes from; in Spark the next text needs it to find repeats.
    private static string[] OriginOfOrder(Dialect dialect) =>
        dialect == Dialect.DuckDb ? ["object", "line", "record", "source", "content_hash"]
        : dialect == Dialect.Spark ? ["to_json(src) as source", "content_hash", LandingSql.Run]
        : [];

    private static string[] RejectColumns(Dialect dialect)
    {
        string[] fields = [.. TableColumns.NamesOf(TableColumns.RawOrders).Select(name => name.ToLowerInvariant())];
        return dialect == Dialect.Spark
            ? ["reason", .. LandingSql.Place, .. fields, $"{LandingSql.BrokenContent} as content", LandingSql.Run]
            : ["reason", .. fields, .. OriginOfOrder(dialect)];
    }
}

/// <summary>The region of each country, from <c>regions.tsv</c>.</summary>
internal static class Regions
{
    /// <summary>Stands for every country that has no row.</summary>
    public const string Else = "*";

    /// <summary>All rows, in the file's order.</summary>
    public static IReadOnlyList<Region> All { get; } =
        [.. SpecificationFile.Rows("regions.tsv").Select(row => new Region(row[0], row[1]))];
}

/// <summary>A row of the table of regions.</summary>
/// <param name="Country">The country as the data spell it, or <see cref="Regions.Else"/>.</param>
/// <param name="Name">The region's name.</param>
internal sealed record Region(string Country, string Name);
