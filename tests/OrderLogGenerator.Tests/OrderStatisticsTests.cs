using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

/// <summary>
/// Sampled orders against the published statistics: Chen, D. (2015). Online Retail [Dataset]. UCI Machine Learning
/// Repository. https://doi.org/10.24432/C5BW33. A figure agrees within 5 % of itself or one unit: one line, one piece,
/// one penny, one minute, or one percentage point for shares that are published in whole percents.
/// </summary>
public sealed class OrderStatisticsTests(SampledOrders sampled) : IClassFixture<SampledOrders>
{
    private const double Penny = 0.01;
    private const double PercentagePoint = 0.01;

    [Fact]
    public void Lines_per_sale_have_the_published_quantiles()
    {
        var sizes = sampled.Invoices.Where(invoice => invoice.All(line => line.Clean)).Select(invoice => (double)invoice.Count).ToList();
        foreach (var (share, published) in new[] { (0.10, 2.0), (0.25, 6), (0.50, 15), (0.75, 29), (0.90, 54), (0.95, 78), (0.99, 218) })
        {
            Agrees($"p{share:P0} of lines per sale", published, SampledOrders.Quantile(sizes, share), 1);
        }

        Agrees("mean lines per invoice", 20.92, sampled.Invoices.Average(invoice => invoice.Count), 1);
    }

    [Fact]
    public void Quantities_have_the_published_quantiles_and_modes()
    {
        var quantities = sampled.Lines.Where(line => line.Clean).Select(line => (double)line.Quantity).ToList();
        foreach (var (share, published) in new[] { (0.25, 1.0), (0.50, 3), (0.75, 10), (0.90, 24), (0.95, 30), (0.99, 100) })
        {
            Agrees($"p{share:P0} of quantities", published, SampledOrders.Quantile(quantities, share), 1);
        }

        (int Mode, double Share)[] modes =
            [(1, 0.27886), (2, 0.15412), (12, 0.11515), (6, 0.07704), (4, 0.07252), (3, 0.06987), (24, 0.04528)];
        foreach (var (mode, published) in modes)
        {
            Agrees($"share of quantity {mode}", published, quantities.Count(quantity => quantity == mode) / (double)quantities.Count, 0);
        }
    }

    [Fact]
    public void Prices_have_the_published_quantiles()
    {
        var prices = sampled.Lines.Where(line => line.Clean).Select(line => (double)line.Price).ToList();
        (double Share, double Price)[] quantiles =
            [(0.05, 0.42), (0.25, 1.25), (0.50, 2.08), (0.75, 4.13), (0.90, 7.95), (0.95, 9.95), (0.99, 16.98)];
        foreach (var (share, published) in quantiles)
        {
            Agrees($"p{share:P0} of prices", published, SampledOrders.Quantile(prices, share), Penny);
        }
    }

    [Fact]
    public void A_code_keeps_its_modal_price_on_seven_lines_of_ten()
    {
        var shares = sampled.Lines.Where(line => line.Clean).GroupBy(line => line.Code).Where(code => code.Count() >= 20)
            .Select(code => code.GroupBy(line => line.Price).Max(price => price.Count()) / (double)code.Count());
        Agrees("median share of the modal price", 0.7011, SampledOrders.Quantile(shares, 0.5), PercentagePoint);
    }

    [Fact]
    public void Countries_have_the_published_shares_of_lines()
    {
        (string Country, double Share)[] shares =
            [("United Kingdom", 0.91432), ("Germany", 0.017521), ("France", 0.01579), ("EIRE", 0.015124), ("Spain", 0.004674)];
        foreach (var (country, published) in shares)
        {
            Agrees(
                $"share of {country}",
                published,
                sampled.Lines.Count(line => line.Country == country) / (double)sampled.Lines.Count,
                0.001);
        }

        Assert.True(sampled.Lines.Select(line => line.Country).Distinct().Count() >= 30);
    }

    [Fact]
    public void Missing_customers_and_cancellations_are_as_frequent_as_published()
    {
        Agrees("lines without a customer", 0.249267, Share(line => line.Customer is null), 0);
        Agrees("cancelled invoices", 0.148108, sampled.Invoices.Count(invoice => invoice[0].Cancelled) / (double)sampled.Invoices.Count, 0);
        Agrees("cancelled lines", 0.017139, Share(line => line.Cancelled), 0.001);
        Assert.All(sampled.Lines.Where(line => line.Cancelled), line => Assert.True(line.Quantity < 0));
    }

    [Fact]
    public void Popular_products_have_the_published_shares_of_lines()
    {
        var counts = sampled.Lines.Where(line => line.Clean).GroupBy(line => line.Code).Select(code => code.Count()).OrderDescending()
            .ToList();
        var all = (double)counts.Sum();
        Agrees("the 50 most popular", 0.1132, counts.Take(50).Sum() / all, 0);
        Agrees("the 500 most popular", 0.5117, counts.Take(500).Sum() / all, 0);
    }

    [Fact]
    public void The_shop_keeps_its_hours_and_is_closed_on_Saturdays()
    {
        // Sales at 8, 9, … 19 o'clock.
        double[] published = [0.0258, 0.0721, 0.1162, 0.1198, 0.1570, 0.1332, 0.1239, 0.1209, 0.0703, 0.0408, 0.0111, 0.0066];
        var sales = sampled.Invoices.Where(invoice => invoice[0].IsSale).ToList();
        foreach (var (index, share) in published.Index())
        {
            Agrees(
                $"sales at {index + 8}",
                share,
                sales.Count(invoice => invoice[0].Date.Hour == index + 8) / (double)sales.Count,
                PercentagePoint);
        }

        Assert.DoesNotContain(sampled.Lines, line => line.Date.DayOfWeek == DayOfWeek.Saturday);
        Assert.All(sampled.Lines.Zip(sampled.Lines.Skip(1)), pair => Assert.True(pair.First.Date <= pair.Second.Date));
    }

    [Fact]
    public void Sales_of_a_day_are_a_few_minutes_apart()
    {
        var sales = sampled.Invoices.Where(invoice => invoice[0].IsSale).Select(invoice => invoice[0].Date).ToList();
        var gaps = sales.Zip(sales.Skip(1)).Where(pair => pair.First.Date == pair.Second.Date)
            .Select(pair => (pair.Second - pair.First).TotalMinutes).ToList();
        Agrees("median gap in minutes", 4, SampledOrders.Quantile(gaps, 0.5), 1);
        Agrees("mean gap in minutes", 7.33, gaps.Average(), 1);
    }

    [Fact]
    public void Lines_are_as_long_as_published()
    {
        Agrees("median bytes of a line", 196, SampledOrders.Quantile(sampled.Lines.Select(line => (double)line.Bytes), 0.5), 1);
        var csv = Lines.Text(Lines.Business(LineFormat.RetailCsv), 20_000).Select(line => (double)line.Length);
        Agrees("median bytes of a CSV line", 83, SampledOrders.Quantile(csv, 0.5), 1);
    }

    [Fact]
    public void The_quirks_of_real_text_are_there()
    {
        Agrees(
            "descriptions with a comma", 4796 / 541909.0, Share(line => line.Description.Contains(',', StringComparison.Ordinal)), 0.001);
        Agrees(
            "descriptions with a quote", 1239 / 541909.0, Share(line => line.Description.Contains('"', StringComparison.Ordinal)), 0.001);
        Agrees("untrimmed descriptions", 113452 / 541909.0, Share(line => line.Description.Trim() != line.Description), PercentagePoint);
        Agrees("missing descriptions", 1454 / 541909.0, Share(line => line.Description.Length == 0), 0.001);
        Agrees("prices of zero", 2515 / 541909.0, Share(line => line.Price == 0), 0.001);
        Agrees("repeated lines", 5268 / 541909.0, 1 - (sampled.Lines.Distinct().Count() / (double)sampled.Lines.Count), 0.002);
        Assert.Contains(sampled.Lines, line => line.Code == "POST");
        Assert.Contains(sampled.Lines, line => line.Code == "BANK CHARGES");
        Assert.Contains(sampled.Lines, line => line.Description.Contains('£', StringComparison.Ordinal));
    }

    private static void Agrees(string what, double published, double sampled, double unit) => Assert.True(
        Math.Abs(sampled - published) <= Math.Max(unit, 0.05 * published) + 1e-9,
        $"{what}: published {published}, sampled {sampled:F5}");

    private double Share(Func<RetailLine, bool> having) => sampled.Lines.Count(having) / (double)sampled.Lines.Count;
}
