using Microsoft.Extensions.Logging;
using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Orders;
using Shipper.OrderLogGenerator.Replay;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Creates the line source that the options ask for.</summary>
internal static class LineSources
{
    /// <summary>The source; the caller disposes it.</summary>
    /// <exception cref="IOException">The replayed file cannot be read.</exception>
    public static ILineSource Create(GeneratorOptions options, TimeProvider time, ILogger logger)
    {
        if (options.Replay.Path is { Length: > 0 })
        {
            return new ReplayLines(options.Replay, Retail(options.Format), options.Sequence, logger);
        }

        // Times and lines use separate random sequences, so that the clock does not change what is sold.
        var random = new SeededRandom(options.Seed);
        var schedule = Schedule(options, time, new SeededRandom(~options.Seed));
        return options.Format switch
        {
            LineFormat.OrderChange => new OrderChangeLines(schedule, random, options.Sequence),
            LineFormat.SalesChange => new SalesChangeLines(ProductCatalog.Load(), schedule, random, options.Sequence),
            LineFormat.UserEvent => new UserEventLines(People.Load(), schedule, random, options.Sequence),
            LineFormat.DynamoDbChange => new DynamoDbChangeLines(
                ProductCatalog.Load(), CountryList.Load(), schedule, random, options.Sequence),
            _ => new RetailLines(Retail(options.Format), RetailTables.Load(), schedule, random, options.Sequence),
        };
    }

    private static RetailLineFormat Retail(LineFormat format) =>
        format == LineFormat.RetailCsv ? new RetailCsvFormat() : new RetailJsonFormat();

    private static IInvoiceSchedule Schedule(GeneratorOptions options, TimeProvider time, SeededRandom random)
    {
        var mix = InvoiceMix.Load(CountryList.Load());
        return options.Clock == ClockKind.Business
            ? new BusinessClockSchedule(mix, TradingHours.Load(), random, options.StartTime.UtcDateTime)
            : new WallClockSchedule(mix, random, time);
    }
}
