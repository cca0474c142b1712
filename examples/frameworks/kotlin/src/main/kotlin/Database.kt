package app

import dev.thaw.ConnectionProvider
import dev.thaw.Deadline
import dev.thaw.secrets.ConnectionProviders
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.ThreadContextElement
import org.jetbrains.exposed.v1.jdbc.Database

// @start region="kotlin"
val provider: ConnectionProvider = ConnectionProviders.fromEnvironment()
val database = Database.connect(provider.asDataSource()) // Exposed

fun names(deadline: Deadline): List<String> =
    provider.get(deadline).use { connection ->
      connection.prepareStatement("SELECT name FROM asset").use { statement ->
        statement.executeQuery().use { rows ->
          generateSequence { if (rows.next()) rows.getString(1) else null }.toList()
        }
      }
    }

/** Puts a deadline in force wherever a coroutine runs: withContext(InForce(deadline) + Dispatchers.IO). */
class InForce(private val deadline: Deadline) : ThreadContextElement<Deadline.Scope> {
  companion object Key : CoroutineContext.Key<InForce>

  override val key = Key

  override fun updateThreadContext(context: CoroutineContext): Deadline.Scope = deadline.enter()

  override fun restoreThreadContext(context: CoroutineContext, oldState: Deadline.Scope) =
      oldState.close()
}
// @end region="kotlin"
