using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.OrderLake.Storage;

/// <summary>
/// The directory of a lake: <c>tables/</c> has everything that is committed, <c>_staging/</c> what a run works on, <c>lock</c> keeps a
/// second run out. A run makes a whole new tree beside the old one, of links to the files that stay and its new files, and exchanges the
/// two in one step. So a reader of <c>tables/</c> finds all of a run or nothing of it, and a run that is killed leaves only staging behind.
/// </summary>
internal sealed class LakeDirectory(string path)
{
    private const string LockName = "lock";
    private const string StagingName = "_staging";

    /// <summary>The lake's directory.</summary>
    public string Root { get; } = Path.GetFullPath(path);

    /// <summary>The directory of the tables, as they are committed.</summary>
    public string Tables => Path.Join(Root, "tables");

    /// <summary>What the lake says about itself; null before the first commit.</summary>
    /// <exception cref="LakeException">It cannot be read.</exception>
    public LakeState? ReadState() => LakeState.Read(Tables);

    /// <summary>How many directories of a table have files.</summary>
    public long CountPartitions(string table)
    {
        var directory = Path.Join(Tables, table);
        return Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.parquet", SearchOption.AllDirectories)
                .Select(Path.GetDirectoryName).Distinct().LongCount()
            : 0;
    }

    /// <summary>Begins a run: takes the lock, and clears away what a killed run left.</summary>
    /// <exception cref="LakeException">There is another run, or the directory cannot be written or is something else.</exception>
    public LakeRun Begin()
    {
        FileLock? held = null;
        try
        {
            RefuseForeign();
            FileTree.CreateDirectory(Root);
            held = FileLock.TryAcquire(Path.Join(Root, LockName), FileAccess.ReadWrite, FileShare.None) ?? throw new LakeException(
                $"another run works on the lake {Root}; wait until it ends", ExitCodes.AlreadyRunning);
            var staging = Path.Join(Root, StagingName);
            Recover(staging);
            return new LakeRun(this, held, staging, ReadState() ?? new LakeState());
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            held?.Dispose();
            throw new LakeException(
                $"the lake {Root} cannot be written ({exception.Message}); allow this user to write there, or name another directory",
                LakeExitCodes.CannotCreate,
                exception);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private void RefuseForeign()
    {
        if (File.Exists(Root))
        {
            throw new LakeException($"the lake {Root} is a file; name a directory", LakeExitCodes.CannotCreate);
        }

        if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any() && !File.Exists(Path.Join(Root, LockName)))
        {
            throw new LakeException(
                $"{Root} has files, and none of them is a lake's; name an empty directory or a lake", LakeExitCodes.CannotCreate);
        }
    }

    // Where two directories cannot be exchanged in one step, a run may have been killed between the two renames: its new tree is whole.
    private void Recover(string staging)
    {
        var (replaced, tables) = (Path.Join(staging, LakeRun.ReplacedName), Path.Join(staging, LakeRun.TablesName));
        if (!Directory.Exists(Tables) && Directory.Exists(replaced) && Directory.Exists(tables))
        {
            Directory.Move(tables, Tables);
        }

        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }
}

/// <summary>A run that holds the lake's lock. Nothing of it can be seen before <see cref="Publish"/>.</summary>
internal sealed class LakeRun : IDisposable
{
    /// <summary>The new tree, in staging.</summary>
    internal const string TablesName = "tables";

    /// <summary>The old tree, in staging, where the two cannot be exchanged in one step.</summary>
    internal const string ReplacedName = "replaced";

    private readonly LakeDirectory _lake;
    private readonly FileLock _lock;
    private readonly string _staging;

    internal LakeRun(LakeDirectory lake, FileLock held, string staging, LakeState before)
    {
        (_lake, _lock, _staging, Before) = (lake, held, staging, before);
        Number = before.Run + 1;
        FileTree.CreateDirectory(staging);
    }

    /// <summary>The state that the run began with.</summary>
    public LakeState Before { get; }

    /// <summary>The number of this run; the names of its files have it.</summary>
    public long Number { get; }

    /// <summary>A directory for what the engine writes, in staging; made.</summary>
    public string Scratch(string name)
    {
        var path = Path.Join(_staging, name);
        FileTree.CreateDirectory(path);
        return path;
    }

    /// <summary>Begins the new tree: all files of the old one but some. Returns its directory.</summary>
    /// <param name="leaveOut">Files that are left out, by their path below <c>tables/</c>.</param>
    public string BeginTree(IEnumerable<string> leaveOut)
    {
        var tables = Path.Join(_staging, TablesName);
        if (Directory.Exists(_lake.Tables))
        {
            FileTree.Link(_lake.Tables, tables, leaveOut.Append(LakeState.FileName).ToHashSet(StringComparer.Ordinal));
        }
        else
        {
            FileTree.CreateDirectory(tables);
        }

        return tables;
    }

    /// <summary>Puts the new tree in the place of the old one, in one step.</summary>
    public void Publish(LakeState state)
    {
        var tables = Path.Join(_staging, TablesName);
        state.Write(tables);
        FileTree.Sync(tables); // the tree is durable before it is the lake's
        if (!Directory.Exists(_lake.Tables))
        {
            Directory.Move(tables, _lake.Tables);
        }
        else if (!FileTree.TryExchange(tables, _lake.Tables))
        {
            Directory.Move(_lake.Tables, Path.Join(_staging, ReplacedName));
            Directory.Move(tables, _lake.Tables);
        }
    }

    /// <summary>Removes staging and gives up the lock.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(_staging))
            {
                Directory.Delete(_staging, recursive: true);
            }
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // The next run clears it away.
        }
        finally
        {
            _lock.Dispose();
        }
    }
}
