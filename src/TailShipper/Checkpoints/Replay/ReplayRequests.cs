using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints.Journal;

namespace Shipper.TailShipper.Checkpoints.Replay;

/// <summary>
/// The request spool between the command line and a running shipper: the directory <c>requests</c> in the state
/// directory. <c>ID.json</c> is a request, <c>ID.done.json</c> its answer, which the command line deletes. A request
/// stays until it is answered, so that after a crash in between it is carried out again rather than not at all.
/// </summary>
internal sealed class ReplayRequests(IStateDirectory state, TimeProvider time, ILogger<ReplayRequests> logger)
{
    /// <summary>The directory's name.</summary>
    public const string DirectoryName = "requests";

    private const string RequestSuffix = ".json";
    private const string AnswerSuffix = ".done.json";
    private const int IdLength = 32;
    private const int MaxRequestBytes = 64 * 1024; // a path of 4 KiB, each byte escaped
    private const int MaxAnswerBytes = 64 * 1024 * 1024; // names every stream that was rewound

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswersKept = TimeSpan.FromHours(1);
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdef");

    private readonly IStateDirectory _directory = state.Subdirectory(DirectoryName);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private bool _isUnreachable;

    /// <summary>
    /// Service: the oldest request not taken yet, or null. Follow with <see cref="Answer"/>. A disk that fails is logged, not thrown.
    /// </summary>
    public ReplayTicket? TryTake()
    {
        try
        {
            var names = _directory.List();
            _isUnreachable = false;
            return TryTake(new SortedSet<string>(names, StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            WarnUnreachable(exception);
            return null;
        }
    }

    /// <summary>
    /// Service: answers and deletes the request. False when the disk failed; the request is then taken again after a restart.
    /// </summary>
    public bool Answer(ReplayTicket ticket, ReplayAnswer answer)
    {
        try
        {
            Answer(ticket.Id, answer);
            return true;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            WarnUnreachable(exception);
            return false;
        }
    }

    /// <summary>Command line: submits a request and returns its id.</summary>
    /// <exception cref="ArgumentException"><see cref="ReplayRequest.Problem"/> finds something.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public string Submit(ReplayRequest request)
    {
        if (request.Problem() is { } problem)
        {
            throw new ArgumentException($"The request cannot be carried out: {problem}.", nameof(request));
        }

        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        _directory.WriteAtomically(id + RequestSuffix, JsonSerializer.SerializeToUtf8Bytes(request, ReplayJson.Default.ReplayRequest));
        return id;
    }

    /// <summary>
    /// Command line: waits for the answer and deletes it. Null after <paramref name="timeout"/>, and the request is then
    /// withdrawn, unless the service has begun with it; null also when the answer is not readable.
    /// </summary>
    public async Task<ReplayAnswer?> AwaitAnswerAsync(string id, TimeSpan timeout, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryCollect(id, out var answer))
            {
                return answer;
            }

            var left = timeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                _directory.Delete(id + RequestSuffix);
                return null;
            }

            await Task.Delay(left < PollInterval ? left : PollInterval, time, cancellation);
        }
    }

    private ReplayTicket? TryTake(SortedSet<string> names)
    {
        _seen.IntersectWith(names);
        foreach (var name in names)
        {
            if (_seen.Contains(name) || name.EndsWith(".tmp", StringComparison.Ordinal)
                || name.EndsWith(".ignored", StringComparison.Ordinal))
            {
                continue;
            }

            _seen.Add(name);
            if (IdOf(name, AnswerSuffix) is not null)
            {
                DeleteWhenForgotten(name);
            }
            else if (IdOf(name, RequestSuffix) is not { } id)
            {
                Ignore(name, "its name is not that of a request");
            }
            else if (names.Contains(id + AnswerSuffix))
            {
                _directory.Delete(name); // answered just before a crash
            }
            else if (TryRead(name, id) is { } request)
            {
                return new ReplayTicket(id, request);
            }
        }

        return null;
    }

    private ReplayRequest? TryRead(string name, string id)
    {
        string problem;
        try
        {
            var request = JsonSerializer.Deserialize(_directory.Read(name, MaxRequestBytes), ReplayJson.Default.ReplayRequest);
            if (request is not null && request.Problem() is null)
            {
                return request;
            }

            problem = request?.Problem() ?? "it is empty";
        }
        catch (FileNotFoundException)
        {
            return null; // withdrawn
        }
        catch (Exception exception) when (exception is JsonException || exception.IsDiskError())
        {
            problem = $"it cannot be read ({exception.Message})";
        }

        Ignore(name, problem);
        Answer(id, new ReplayAnswer { IsDone = false, Text = $"The request was not carried out: {problem}." });
        return null;
    }

    private void Answer(string id, ReplayAnswer answer)
    {
        var stamped = answer with { At = time.GetUtcNow() };
        _directory.WriteAtomically(id + AnswerSuffix, JsonSerializer.SerializeToUtf8Bytes(stamped, ReplayJson.Default.ReplayAnswer));
        _directory.Delete(id + RequestSuffix);
    }

    private bool TryCollect(string id, out ReplayAnswer? answer)
    {
        answer = null;
        try
        {
            answer = JsonSerializer.Deserialize(_directory.Read(id + AnswerSuffix, MaxAnswerBytes), ReplayJson.Default.ReplayAnswer);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is JsonException or FileTooLongException)
        {
            // The service writes answers in one step: this is not one of them.
        }

        _directory.Delete(id + AnswerSuffix);
        return true;
    }

    // Whoever asked was interrupted. Checked once per run of the service, so that an answer somebody waits for is never deleted.
    private void DeleteWhenForgotten(string name)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(_directory.Read(name, MaxAnswerBytes), ReplayJson.Default.ReplayAnswer);
            if (answer is null || time.GetUtcNow() - answer.At > AnswersKept)
            {
                _directory.Delete(name);
            }
        }
        catch (FileNotFoundException)
        {
            // Collected.
        }
        catch (Exception exception) when (exception is JsonException || exception.IsDiskError())
        {
            Ignore(name, $"it is no answer ({exception.Message})");
        }
    }

    private void Ignore(string name, string reason)
    {
        CheckpointLog.RequestIgnored(logger, name, _directory.Name, reason);
        _directory.Rename(name, name + ".ignored");
    }

    private void WarnUnreachable(Exception exception)
    {
        if (!_isUnreachable)
        {
            _isUnreachable = true;
            CheckpointLog.RequestsUnreachable(logger, _directory.Name, exception.Message);
        }
    }

    private static string? IdOf(string name, string suffix)
    {
        var id = name.Length == IdLength + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..IdLength] : null;
        return id is null || id.AsSpan().ContainsAnyExcept(IdCharacters) ? null : id;
    }
}

/// <summary>A request with the id under which it is answered.</summary>
/// <param name="Id">32 hex digits; they sort by the time of the request.</param>
/// <param name="Request">The request.</param>
internal sealed record ReplayTicket(string Id, ReplayRequest Request);

/// <summary>The JSON form of requests and answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayAnswer))]
internal sealed partial class ReplayJson : JsonSerializerContext;
