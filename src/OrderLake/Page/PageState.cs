using DuckDB.NET.Data;
using Shipper.Foundation.Files;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Page;

/// <summary>What the page shows: kept up to date beside the requests, so that a request only renders.</summary>
/// <param name="cache">The answers.</param>
/// <param name="lakePath">The lake's directory, for people.</param>
/// <param name="pipelinePath">The file with the state of the pipeline; null if there is none.</param>
/// <param name="time">The clock.</param>
internal sealed class PageState(AnswerCache cache, string lakePath, string? pipelinePath, TimeProvider time)
{
    /// <summary>How long the chart of the stages goes back, in points of a second.</summary>
    public const int MostPoints = 120;

    // A pipeline that is well writes its state every second.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private volatile PageMoment _moment = new();

    /// <summary>The lake's directory.</summary>
    public string LakePath => lakePath;

    /// <summary>Whether there should be a pipeline.</summary>
    public bool HasPipeline => pipelinePath is not null;

    /// <summary>The newest state.</summary>
    public PageMoment Moment => _moment;

    /// <summary>What the transform behind the page cannot do; null if it is well.</summary>
    public string? TransformTrouble { get; set; }

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether the pipeline has said nothing for too long.</summary>
    public bool IsSilent => Moment.Pipeline is { } pipeline && Now - pipeline.At > Silence;

    /// <summary>Keeps the state up to date until stopped. A lake that takes long to read does not hold up the pipeline's state.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(EverySecondAsync(RefreshAnswers, stopping), EverySecondAsync(RefreshPipeline, stopping));

    /// <summary>Takes what is new in the lake.</summary>
    public void RefreshAnswers()
    {
        try
        {
            var answers = cache.Read();
            Change(moment => moment with { Answers = answers, IsRead = true, Trouble = null });
        }
        catch (Exception exception) when (exception is LakeException or DuckDBException || exception.IsDiskError())
        {
            Change(moment => moment with { IsRead = true, Trouble = exception.Message });
        }
    }

    /// <summary>Takes the pipeline's state.</summary>
    public void RefreshPipeline()
    {
        var pipeline = pipelinePath is null ? null : PipelineStatus.Read(pipelinePath);
        Change(moment =>
        {
            var newest = pipeline ?? moment.Pipeline;
            var isNew = newest is not null && Now - newest.At <= Silence;
            var point = new StagePoint(
                isNew ? newest!.Written.LinesPerSecond : 0,
                isNew ? newest!.Shipped.LinesPerSecond : 0,
                isNew ? newest!.Delivered.LinesPerSecond : 0);
            return moment with { Pipeline = newest, Points = [.. moment.Points.Append(point).TakeLast(MostPoints)] };
        });
    }

    private async Task EverySecondAsync(Action refresh, CancellationToken stopping)
    {
        await Task.Yield(); // the first one may take long
        while (!stopping.IsCancellationRequested)
        {
            refresh();
            await Task.Delay(Interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Change(Func<PageMoment, PageMoment> change)
    {
        lock (_changing)
        {
            _moment = change(_moment);
        }
    }
}

/// <summary>One state.</summary>
internal sealed record PageMoment
{
    /// <summary>The answers of the newest run.</summary>
    public Answers Answers { get; init; } = Answers.None;

    /// <summary>Whether the lake was read once.</summary>
    public bool IsRead { get; init; }

    /// <summary>The state of the pipeline; null if there is none.</summary>
    public PipelineStatus? Pipeline { get; init; }

    /// <summary>Why the lake cannot be read; null if it can.</summary>
    public string? Trouble { get; init; }

    /// <summary>The rates of the last two minutes, oldest first.</summary>
    public IReadOnlyList<StagePoint> Points { get; init; } = [];
}

/// <summary>The rates of the stages in one second, in lines a second.</summary>
internal readonly record struct StagePoint(double Written, double Shipped, double Delivered);
