using System.Globalization;
using Shipper.Bench.Baseline;

if (args is ["baseline", var file, var url, var mode])
{
    return BaselineLoop.Run(file, new Uri(url), aggregated: mode == "Lines");
}

if (args is ["sink", var urlFile, .. var delay])
{
    var milliseconds = delay is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
    return Sink.Run(urlFile, TimeSpan.FromMilliseconds(milliseconds));
}

Console.Error.WriteLine("usage: Baseline.Bench baseline FILE URL None|Lines, or sink URL_FILE [DELAY_MS]");
return 2;
