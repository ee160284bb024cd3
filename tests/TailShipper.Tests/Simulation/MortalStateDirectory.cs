using Shipper.Foundation.Files;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// The state directory as one process sees it. Before and after everything it asks of the disk the world may move, and the
/// process may be dead: then nothing more that it does has an effect.
/// </summary>
internal sealed class MortalStateDirectory(IStateDirectory disk, Life life, Action worldMoves) : IStateDirectory
{
    public string Name => disk.Name;

    public IReadOnlyList<string> List() => Living(disk.List);

    public IStateReader Open(string name) => Living(() => disk.Open(name));

    public IStateFile Create(string name) => Living(() => new MortalFile(this, disk.Create(name)));

    public void Rename(string from, string to) => Living(() => disk.Rename(from, to));

    public void Delete(string name) => Living(() => disk.Delete(name));

    public void Sync() => Living(disk.Sync);

    public IStateDirectory Subdirectory(string name) => new MortalStateDirectory(disk.Subdirectory(name), life, worldMoves);

    private void Living(Action act) => Living(() =>
    {
        act();
        return 0;
    });

    private T Living<T>(Func<T> act)
    {
        Move();
        try
        {
            return act();
        }
        finally
        {
            Move();
        }
    }

    private void Move()
    {
        life.ThrowIfOver();
        worldMoves();
        life.ThrowIfOver();
    }

    private sealed class MortalFile(MortalStateDirectory directory, IStateFile file) : IStateFile
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            directory.Move();
            file.Append(bytes);
            directory.Move();
        }

        public void Sync() => directory.Living(file.Sync);

        public void Dispose() => file.Dispose();
    }
}
