package dev.hawser.core.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One thing that takes bytes from outside, with what must hold whatever they are. For one thread. */
public interface FuzzTarget {
    /** What it is called on the command line: lower case words joined by hyphens. */
    String name();

    /** Inputs that lead deep into it, from which others are made. */
    List<byte[]> seeds();

    /** Takes an input and checks everything that must hold; whatever it throws is a finding. */
    void take(byte[] input) throws Exception;

    /** Seeds that are texts. */
    static List<byte[]> texts(String... texts) {
        return List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
