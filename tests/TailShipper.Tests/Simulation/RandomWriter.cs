using System.Globalization;
using System.Text;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Writes one path and rotates it, in every style, as the dice say.</summary>
internal sealed class RandomWriter(World world, Stage stage, Random random, string path, int longestLine)
{
    private static readonly int Styles = Enum.GetValues<Rotation>().Length;

    private readonly List<(string Path, long At)> _rotated = [];
    private WorldLine? _half;
    private string _halfPath = "";
    private string? _copy;
    private long _copyLength;
    private long _copied;
    private byte[]? _rest;
    private int _rotations;
    private long _begun;

    /// <summary>True when copies always hold all that was there at the truncation.</summary>
    public bool CopiesAll { get; init; }

    /// <summary>
    /// True when files are only rotated: nothing is written anew or replaced in its place, and nobody writes to a file any more that was
    /// rotated a while ago.
    /// </summary>
    public bool OnlyRotates { get; init; }

    public void Step()
    {
        var dice = random.Next(100);
        if (_rest is not null)
        {
            FinishRewrite();
        }
        else if (_copy is not null && dice < 50)
        {
            FinishCopyTruncate();
        }
        else if (dice < 70)
        {
            Append(path, random.Next(1, random.Next(2, 30)));
        }
        else if (dice < 80)
        {
            WriteHalf();
        }
        else if (dice < 88)
        {
            AppendLate();
        }
        else if (dice < 96 && stage.Disk.Exists(path) && _copy is null)
        {
            Rotate((Rotation)random.Next(OnlyRotates ? (int)Rotation.RenameIntoDirectory : Styles));
        }
    }

    /// <summary>Brings everything begun to its end.</summary>
    public void Finish()
    {
        FinishRewrite();
        FinishHalf();
        if (_copy is not null)
        {
            FinishCopyTruncate();
        }
    }

    private void FinishRewrite()
    {
        if (_rest is { } rest && stage.Disk.Exists(path))
        {
            stage.Trace.Add($"the other {rest.Length} bytes to {path}");
            world.EndRewrite(path, rest);
        }

        _rest = null;
    }

    /// <summary>Appends one line.</summary>
    public void WriteOneMore() => Append(path, 1);

    private void Append(string to, int lines)
    {
        if (_half is not null && to == _halfPath)
        {
            FinishHalf();
        }

        stage.Trace.Add($"{lines} lines from {world.Lines.Count} to {to}");
        for (var line = 0; line < lines; line++)
        {
            var begun = world.NewLine(to, Content);
            world.Write(to, begun, begun.Bytes.Length + 1);
        }
    }

    private void WriteHalf()
    {
        if (_half is not null)
        {
            FinishHalf();
            return;
        }

        stage.Trace.Add($"half of line {world.Lines.Count} to {path}");
        _half = world.NewLine(path, Content);
        _halfPath = path;
        world.Write(path, _half, random.Next(1, _half.Bytes.Length + 1));
    }

    private void FinishHalf()
    {
        // Nobody ends a line in a rotated file after so long that the shipper has taken it for ended.
        var isLate = _halfPath != path
            && !_rotated.Exists(old => old.Path == _halfPath && stage.Clock.Now - old.At <= 3 * TimeSpan.TicksPerSecond);
        if (_half is { } half && !isLate && stage.Disk.Exists(_halfPath))
        {
            world.Write(_halfPath, half, half.Bytes.Length + 1);
        }
        else if (_half is not null)
        {
            _rotated.RemoveAll(old => old.Path == _halfPath); // nobody writes behind a line that nobody ended
        }

        _half = null;
    }

    /// <summary>A writer that still has the rotated file open.</summary>
    private void AppendLate()
    {
        _rotated.RemoveAll(old =>
            !stage.Disk.Exists(old.Path) || (OnlyRotates && stage.Clock.Now - old.At > 3 * TimeSpan.TicksPerSecond));
        if (_rotated.Count == 0)
        {
            return;
        }

        var late = _rotated[random.Next(_rotated.Count)].Path;
        if (late == _halfPath && _half is not null)
        {
            FinishHalf();
        }
        else
        {
            Append(late, random.Next(1, 5));
        }
    }

    private void Rotate(Rotation style)
    {
        stage.Trace.Add($"{style} {path}");
        _rotations++;
        _begun = style is Rotation.CopyTruncate or Rotation.CopyTruncateElsewhere or Rotation.CopyBeside ? _begun : stage.Clock.Now;
        switch (style)
        {
            case Rotation.RenameNumbered:
                Shift();
                Rename(path + ".1");
                break;
            case Rotation.RenameDated:
                Rename(string.Create(CultureInfo.InvariantCulture, $"{path}-{_rotations}"));
                break;
            case Rotation.CopyTruncate:
                Shift();
                BeginCopyTruncate(path + ".1");
                break;
            case Rotation.CopyTruncateElsewhere:
                BeginCopyTruncate(string.Create(CultureInfo.InvariantCulture,
                    $"{Path.GetDirectoryName(path)}/old-{Path.GetFileName(path)}-{_rotations}"));
                break;
            case Rotation.TruncateInPlace:
                Abandon();
                world.Truncate(path);
                break;
            case Rotation.TruncateAndRewrite:
                Abandon();
                world.Truncate(path);
                Append(path, random.Next(1, 60));
                break;
            case Rotation.DeleteAndRecreate:
                Abandon();
                world.Delete(path);
                if (random.Next(2) == 0)
                {
                    Append(path, random.Next(1, 20));
                }

                break;
            case Rotation.RenameIntoDirectory:
                Rename(string.Create(CultureInfo.InvariantCulture,
                    $"{Path.GetDirectoryName(path)}/old/{Path.GetFileName(path)}-{_rotations}"));
                break;
            case Rotation.ReplaceByCopy when _half is null || _halfPath != path:
                world.ReplaceByCopy(path, $"{Path.GetDirectoryName(path)}/.new-{Path.GetFileName(path)}");
                Append(path, random.Next(1, 20));
                break;
            case Rotation.RewriteInPlace when _half is null || _halfPath != path:
                _rest = world.BeginRewrite(path, random.NextInt64(stage.Disk[path].Content.Length + 1));
                break;
            case Rotation.CopyBeside when random.Next(4) == 0:
                world.Copy(path, string.Create(CultureInfo.InvariantCulture, $"{path}-copy-{_rotations}"),
                    stage.Disk[path].Content.Length, staysBeside: true);
                break;
        }
    }

    private void Rename(string to)
    {
        world.Rename(path, to);
        _rotated.Add((to, stage.Clock.Now));
        if (_half is not null && _halfPath == path)
        {
            _halfPath = to;
            if (random.Next(3) == 0)
            {
                // Nobody completes that line, so nobody may write behind it.
                _half = null;
                _rotated.RemoveAt(_rotated.Count - 1);
            }
            else if (random.Next(2) == 0)
            {
                FinishHalf();
            }
        }

        if (random.Next(3) == 0)
        {
            world.Create(path);
        }
    }

    private void BeginCopyTruncate(string to)
    {
        (_copy, _copyLength, _copied) = (to, stage.Disk[path].Content.Length, stage.Clock.Now);
        world.Copy(path, to, random.Next(3) == 0 ? random.NextInt64(stage.Disk[path].Content.Length + 1)
            : long.MaxValue, staysBeside: false);
        if (random.Next(2) == 0)
        {
            FinishCopyTruncate();
        }
    }

    private void FinishCopyTruncate()
    {
        stage.Trace.Add($"truncate {path} after its copy");
        // A file that no scan saw before its copy was made cannot be known by its beginning, and a copy whose end no scan saw
        // before the truncation cannot be known to end short of what was read.
        var now = stage.Clock.Now;
        var copiesAll = CopiesAll || now - _begun < 5 * TimeSpan.TicksPerSecond || now - _copied < 3 * TimeSpan.TicksPerSecond;
        var copy = _copy!;
        _copy = null;
        _begun = now;
        if (stage.Disk.Exists(path))
        {
            // The copy goes at least to where the file ended when it was begun; what was written since may be gone with the truncation.
            if (stage.Disk.Exists(copy) && (copiesAll || stage.Disk[copy].Content.Length < _copyLength))
            {
                world.ContinueCopy(path, copy, long.MaxValue);
            }
            else if (!copiesAll)
            {
                Append(path, random.Next(3));
            }

            // Nobody can know that a copy will be completed, and its original truncated, that was left alone for as long as the shipper
            // waits.
            if (stage.Disk.Exists(copy) && now - _copied >= stage.Options.RotateWait.Ticks)
            {
                world.TakeForFile(copy);
            }

            Abandon();
            world.Truncate(path);
        }
    }

    private void Shift()
    {
        for (var number = 3; number >= 1; number--)
        {
            var (from, to) = ($"{path}.{number}", $"{path}.{number + 1}");
            if (stage.Disk.Exists(from))
            {
                world.Rename(from, to);
                _half = _halfPath == to ? null : _half;
                _rotated.RemoveAll(old => old.Path == to);
                for (var index = 0; index < _rotated.Count; index++)
                {
                    _rotated[index] = _rotated[index].Path == from ? _rotated[index] with { Path = to } : _rotated[index];
                }

                _halfPath = _halfPath == from ? to : _halfPath;
            }
        }
    }

    private void Abandon() => _half = _halfPath == path ? null : _half;

    private byte[] Content(int number)
    {
        var head = Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}:"));
        var length = random.Next(60) == 0 ? random.Next(longestLine) : random.Next(random.Next(1, 250));
        var bytes = new byte[head.Length + length];
        random.NextBytes(bytes);
        bytes.AsSpan().Replace((byte)'\n', (byte)'\r');
        bytes.AsSpan().Replace((byte)0, (byte)1); // text: what has NULs in its lines is not
        head.CopyTo(bytes, 0);
        return bytes;
    }
}

/// <summary>How a writer's file is rotated.</summary>
internal enum Rotation
{
    RenameNumbered,
    RenameDated,
    CopyTruncate,
    CopyTruncateElsewhere,
    TruncateInPlace,
    TruncateAndRewrite,
    DeleteAndRecreate,
    CopyBeside,
    RenameIntoDirectory,
    ReplaceByCopy,
    RewriteInPlace,
}
