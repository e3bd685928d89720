package dev.hawser.sql.postgres;

import dev.hawser.core.port.StoreException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database is and who asks: {@code postgresql://user:password@host:port/database?sslmode=require}. Its text form shows
 * neither password nor parameters. Several hosts are separated by commas; further parameters are those of the JDBC driver.
 */
public final class PostgresUrl {
    private static final Pattern FORM = Pattern.compile("postgres(?:ql)?://(?:([^@/]*)@)?([^@/?]+)/([^?]+)(?:\\?(.*))?");

    private final String hosts;
    private final String database;
    private final Properties properties = new Properties();

    private PostgresUrl(String hosts, String database) {
        this.hosts = hosts;
        this.database = database;
    }

    /** @throws StoreException where it is none; the message does not repeat it */
    public static PostgresUrl parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw malformed();
        }
        PostgresUrl url = new PostgresUrl(form.group(2), decoded(form.group(3)));
        if (form.group(4) != null && !form.group(4).isEmpty()) {
            for (String parameter : form.group(4).split("&")) {
                String[] sides = parameter.split("=", 2);
                url.properties.setProperty(decoded(sides[0]), sides.length == 1 ? "" : decoded(sides[1]));
            }
        }
        if (form.group(1) != null) {
            String[] sides = form.group(1).split(":", 2);
            url.properties.setProperty("user", decoded(sides[0]));
            if (sides.length == 2) {
                url.properties.setProperty("password", decoded(sides[1]));
            }
        }
        if (url.user().isEmpty()) {
            throw new StoreException("the PostgreSQL URL names no user: postgresql://user:password@host:port/database", null);
        }
        return url;
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static StoreException malformed() {
        return new StoreException(
                "the PostgreSQL URL is malformed; expected postgresql://user:password@host:port/database, with special"
                        + " characters of user and password percent-encoded", null);
    }

    /** The role that asks. */
    public String user() {
        return properties.getProperty("user", "");
    }

    /** Without user, password and parameters. */
    String jdbc() {
        return "jdbc:postgresql://" + hosts + "/" + database.replace("%", "%25").replace("?", "%3F");
    }

    /** What the driver is to be told beside {@link #jdbc}: user, password, parameters. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Host and database. */
    @Override
    public String toString() {
        return hosts + "/" + database;
    }
}
