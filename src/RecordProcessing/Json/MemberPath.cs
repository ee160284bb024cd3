using System.Text;
using System.Text.Json;

namespace Shipper.RecordProcessing.Json;

/// <summary>Members of members, as a tree of names: <c>customer.email</c>.</summary>
internal sealed class MemberPath
{
    private readonly List<(byte[] Name, MemberPath Path)> _children = [];

    /// <summary>True for a member that is masked, with everything in it.</summary>
    public bool IsMasked { get; private set; }

    /// <summary>The tree of some paths. A backslash before a dot makes it part of a name.</summary>
    public static MemberPath Of(IEnumerable<string> paths)
    {
        var root = new MemberPath();
        foreach (var path in paths)
        {
            var at = root;
            foreach (var name in NamesOf(path))
            {
                at = at.Child(Encoding.UTF8.GetBytes(name));
            }

            at.IsMasked = true;
        }

        return root;
    }

    /// <summary>The names of a path.</summary>
    public static IReadOnlyList<string> NamesOf(string path)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        for (var at = 0; at < path.Length; at++)
        {
            if (path[at] == '\\' && at + 1 < path.Length && path[at + 1] is '.' or '\\')
            {
                name.Append(path[++at]);
            }
            else if (path[at] == '.')
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
            {
                name.Append(path[at]);
            }
        }

        names.Add(name.ToString());
        return names;
    }

    /// <summary>The path on from the member whose name the reader is at; null if it is not on any.</summary>
    public MemberPath? Find(ref Utf8JsonReader reader)
    {
        foreach (var (name, path) in _children)
        {
            if (JsonObjects.IsText(ref reader, name))
            {
                return path;
            }
        }

        return null;
    }

    private MemberPath Child(byte[] name)
    {
        var known = _children.FindIndex(child => child.Name.AsSpan().SequenceEqual(name));
        if (known >= 0)
        {
            return _children[known].Path;
        }

        var path = new MemberPath();
        _children.Add((name, path));
        return path;
    }
}
