package dev.hawser.gateway.config;

import java.util.regex.Pattern;

/**
 * What a text must look like.
 *
 * @param form     the whole text matches it
 * @param expected the same in words, the end of the sentence "expected ..."
 */
record Rule(Pattern form, String expected) {
    static final Rule ANY = new Rule("(?s).*\\S.*", "a text that is not blank");
    static final Rule ORIGIN = new Rule("https?://[^/?#@\\s]+", "an origin such as https://app.example.com");
    static final Rule ALGORITHM = new Rule("(RS|PS|ES)(256|384|512)|EdDSA",
            "a signature algorithm such as RS256, PS256, ES256 or EdDSA");
    static final Rule AGENT_NAME = new Rule("[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
            "a name of letters, digits, '.', '_' and '-', at most 64 long");
    static final Rule TOOLS = new Rule("[^\\p{Cntrl}\\s]{1,200}",
            "the name of a tool, in which '*' stands for any characters");
    static final Rule VARIABLE = new Rule("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable");
    static final Rule HEADER = new Rule("[\\x20-\\x7E]*[\\x21-\\x7E][\\x20-\\x7E]*",
            "a text of printable ASCII characters in one line");
    static final Rule TENANT = new Rule("[^\\p{Cntrl}]*[^\\p{Cntrl}\\s][^\\p{Cntrl}]*", "the name of a tenant");
    static final Rule LONG_SECRET = new Rule("(?s).{32,}", "at least 32 characters");
    static final Rule COOKIE_NAME = new Rule("[!#$%&'*+.^_`|~0-9A-Za-z-]+", "the name of a cookie");
    static final Rule FILE = new Rule("[^\\x00]*[^\\x00\\s][^\\x00]*", "the path of a folder");
    static final Rule AUTHORITY = new Rule("[A-Za-z0-9._-]+(:[0-9]{1,5})?",
            "a host name, with a port where it has one, such as chat.example.com");
    static final Rule HOST = new Rule("[^\\s/@]+", "a host name or an address");

    Rule(String form, String expected) {
        this(Pattern.compile(form), expected);
    }

    boolean holds(String text) {
        return form.matcher(text).matches();
    }
}
