namespace Unrolled.Problems.Formats;

/// <summary>Opens the files that readers read, with failures in the words of <see cref="InvalidInputException"/>.</summary>
public static class InputFile
{
    /// <summary>Opens a file for one sequential pass. Buffering is left to the reader.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is a folder, or it may not be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidInputException(path, "is a folder, expected a file");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "there is no such file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidInputException(path, "the file may not be read: permission denied", e);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(path, $"the file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Opens a file and begins to read it; the file is closed again if that fails.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened, or its beginning is invalid.</exception>
    internal static TReader Open<TReader>(string path, Func<FileStream, TReader> begin)
    {
        FileStream stream = Open(path);
        try
        {
            return begin(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
